#!/usr/bin/python3
"""An epoch of word vectors in gensim: the peer of `Unroll.Benchmarks word2vec`.

Skip-gram or a bag of words, window 5, 5 noise words, sub-sampling at 1e-3, words that occur 5 times. The text is in memory and its words are
counted beforehand. Prints one JSON line with words a second, those left out at random among them.

usage: gensim_word2vec.py TEXT SKIPGRAM WIDTH THREADS
"""
import json
import sys
import time

import gensim
from gensim.models import Word2Vec

path, skip_gram, width, threads = sys.argv[1], *(int(argument) for argument in sys.argv[2:5])
with open(path) as lines:
    sentences = [line.split() for line in lines]
model = Word2Vec(vector_size=width, window=5, negative=5, sg=skip_gram, hs=0, min_count=5, sample=1e-3, workers=threads, seed=1)
model.build_vocab(sentences)
start = time.perf_counter()
_, words = model.train(sentences, total_examples=len(sentences), epochs=1)
print(json.dumps({"peer": f"gensim-{gensim.__version__}", "words_per_second": words / (time.perf_counter() - start)}))
