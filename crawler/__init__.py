"""Xianzhi (县志): archive and read what county governments publish about their own openness."""

__version__ = "0.1.0"
#: Version of everything that turns bytes into text. It is stored with every
#: Document; identity keys of different rule versions are never compared.
RULES_VERSION = "7"
