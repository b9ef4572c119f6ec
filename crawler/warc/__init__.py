"""WARC 1.1: records written as they went over the wire, read back, verified, repaired."""
