"""A set of places of a recording: one bit a place, so that a scope which served a million of them stays small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Places:
    """A set of numbers from 0."""

    __slots__ = ("_bits",)

    def __init__(self, places: Iterable[int] = ()) -> None:
        self._bits = bytearray()
        for place in places:
            self.add(place)

    def add(self, place: int) -> None:
        byte = place >> 3
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        self._bits[byte] |= 1 << (place & 7)

    def update(self, other: Places) -> None:
        """Add all of another set."""
        self._bits.extend(bytes(max(0, len(other._bits) - len(self._bits))))
        for byte, bits in enumerate(other._bits):
            self._bits[byte] |= bits

    def isdisjoint(self, places: Iterable[int]) -> bool:
        return not any(place in self for place in places)

    def __contains__(self, place: int) -> bool:
        byte = place >> 3
        return byte < len(self._bits) and self._bits[byte] >> (place & 7) & 1 == 1

    def __iter__(self) -> Iterator[int]:
        """Yield the places in order."""
        for byte, bits in enumerate(self._bits):
            if bits:
                yield from (byte << 3 | bit for bit in range(8) if bits >> bit & 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places) and self._bits.rstrip(b"\0") == other._bits.rstrip(b"\0")

    __hash__ = None  # type: ignore[assignment]
