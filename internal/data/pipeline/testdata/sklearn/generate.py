"""Writes categories.json: one-hot inputs with max_categories as scikit-learn makes them.

Run with scikit-learn 1.9.1 and NumPy 2.4.6:  python generate.py > categories.json
Only cases in which scikit-learn has the column of infrequent categories: without one it
has no place for unknown ones, which mlp always has under `unknown: other`.
"""

import json
import random

import sklearn
from sklearn.preprocessing import OneHotEncoder

draws = random.Random(11)
cases = []
for kinds in (4, 6, 9):
    for ties in (False, True):
        words = [chr(ord("a") + i) for i in range(kinds)]
        draws.shuffle(words)
        column = []
        for i, word in enumerate(words):  # with ties, pairs are equally frequent
            column += [word] * (2 + 3 * (i // 2 if ties else i))
        draws.shuffle(column)
        for most in range(2, kinds + 1):
            for least in (None, 3, 6):
                e = OneHotEncoder(max_categories=most, min_frequency=least, handle_unknown="infrequent_if_exist", sparse_output=False)
                e.fit([[w] for w in column])
                if e.infrequent_categories_[0] is None:
                    continue
                probe = sorted(words) + ["z"]
                cases.append({"train": column, "max_categories": most, "min_count": least or 1, "probe": probe,
                              "want": [[int(v) for v in row] for row in e.transform([[w] for w in probe])]})
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}, separators=(",", ":")).replace('{"train"', '\n{"train"'))
