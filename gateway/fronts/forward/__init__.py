"""The intercepting forward proxy: the other door, with the same judgement. mitmproxy stays in here, and is imported
when the door is opened."""
