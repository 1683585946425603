"""HTTP as values: messages, their admission, links in answers and our own answers. Opens nothing."""
