"""Reads the HTML form of a picture, for the tests."""

from html.parser import HTMLParser


class Balanced(HTMLParser):
    """Reads HTML, and notes what is opened and closed, and all attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.attributes, self.tags = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.tags.append(tag)
        self.attributes.append(dict(attributes))

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append(dict(attributes))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def values(self, name):
        return [attributes[name] for attributes in self.attributes if name in attributes]


def read(picture):
    """The HTML form, which has to be balanced."""
    page = Balanced(picture._repr_mimebundle_()["text/html"])
    assert page.open == []
    return page
