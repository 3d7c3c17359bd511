"""The peer of `pdq-python`: PyPI's pdqhash over pictures that are decoded already.

Its one argument is a list, a line for each picture: a file of red, green and blue bytes, its width and its height. For
each line on standard input all pictures are hashed once, and the processor's seconds and the hashes are said.
"""

import sys
import time

import numpy
import pdqhash

pictures = []
with open(sys.argv[1], encoding="utf-8") as listed:
    for line in listed:
        path, width, height = line.rstrip("\n").split("\t")
        pictures.append(numpy.fromfile(path, dtype=numpy.uint8).reshape(int(height), int(width), 3))
print("ready", flush=True)
for _ in sys.stdin:
    began = time.process_time()
    found = [pdqhash.compute(picture) for picture in pictures]
    took = time.process_time() - began
    print(took, *(numpy.packbits(numpy.asarray(bits, dtype=numpy.uint8)).tobytes().hex() for bits, _ in found), flush=True)
