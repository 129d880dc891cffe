"""The methods that compare.py measures: each takes rows to train on and rows to
answer, and returns the probabilities of the labels, in their order, or numbers.

Nothing is tuned. Boosted trees are given words as categories, as each of them
takes them; scikit-learn's network and RealMLP the usual preparation.
"""
import pathlib
import subprocess
import tempfile

import numpy as np
import pandas as pd

CLASS = "class"


class Mlp:
    """`mlp init`, `fit` and `predict` with no edit between, but for the share of test
    rows: the harness has its own, and all others train."""

    def __init__(self, program, *options):
        self.program, self.options = str(pathlib.Path(program).resolve()), options

    def __call__(self, train, test, target, kind, labels):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            train.to_csv(folder / "train.csv", index=False)
            test.drop(columns=[target]).to_csv(folder / "test.csv", index=False)

            def run(*command):
                done = subprocess.run([self.program, *command], cwd=folder, capture_output=True, text=True)
                if done.returncode != 0:
                    raise RuntimeError(f"mlp {command[0]}: exit {done.returncode}: {done.stderr[-300:]}")
                return done.stdout

            task = [] if kind == CLASS else ["--set", "data.task=regression"]
            (folder / "spec.yaml").write_text(run("init", "train.csv", "--target", target, *task, *self.options))
            run("fit", "-c", "spec.yaml", "-o", "model.bin", "-q", "--set", "data.split.test=0")
            run("predict", "model.bin", "test.csv", "-o", "answers.csv")
            answers = pd.read_csv(folder / "answers.csv", dtype={target: str} if kind == CLASS else None, keep_default_na=False)
        if kind != CLASS:
            return answers.iloc[:, 0].to_numpy(float)
        named = {c[2:-1]: answers[c].to_numpy(float) for c in answers.columns if c.startswith("p(")}
        if len(named) == 1:  # two labels have one probability, that of the positive one
            (positive, p), = named.items()
            named[labels[1 - labels.index(positive)]] = 1 - p
        return np.stack([named[label] for label in labels], 1)


def frames(train, test, target):
    """The inputs, words as text, and the names of the columns of words."""
    train, test, words = train.drop(columns=[target]), test.drop(columns=[target]), []
    for c in train.columns:
        if not pd.api.types.is_numeric_dtype(train[c]):
            words.append(c)
            train[c], test[c] = train[c].astype(str), test[c].astype(str)
    return train, test, words


def answer(model, test, kind):
    return model.predict_proba(test) if kind == CLASS else np.asarray(model.predict(test), float).reshape(-1)


def coded(train, target, kind, labels):
    return train[target].map({label: i for i, label in enumerate(labels)}).to_numpy() if kind == CLASS else train[target].to_numpy(float)


def lightgbm(train, test, target, kind, labels):
    from lightgbm import LGBMClassifier, LGBMRegressor
    x, t = categories(*frames(train, test, target))
    model = (LGBMClassifier if kind == CLASS else LGBMRegressor)(verbose=-1, n_jobs=2, random_state=0)
    return answer(model.fit(x, coded(train, target, kind, labels)), t, kind)


def xgboost(train, test, target, kind, labels):
    from xgboost import XGBClassifier, XGBRegressor
    x, t = categories(*frames(train, test, target))
    model = (XGBClassifier if kind == CLASS else XGBRegressor)(n_jobs=2, random_state=0, enable_categorical=True, tree_method="hist")
    return answer(model.fit(x, coded(train, target, kind, labels)), t, kind)


def categories(train, test, words):
    for c in words:
        known = pd.CategoricalDtype(sorted(set(train[c])))
        train[c], test[c] = train[c].astype(known), test[c].astype(known)
    return train, test


def catboost(train, test, target, kind, labels):
    from catboost import CatBoostClassifier, CatBoostRegressor
    x, t, words = frames(train, test, target)
    model = (CatBoostClassifier if kind == CLASS else CatBoostRegressor)(verbose=0, thread_count=2, random_seed=0, cat_features=words, allow_writing_files=False)
    return answer(model.fit(x, coded(train, target, kind, labels)), t, kind)


def scikit_learn(train, test, target, kind, labels):
    from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    x, t, words = frames(train, test, target)
    prepared = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), [c for c in x.columns if c not in words]),
        ("words", OneHotEncoder(handle_unknown="ignore", sparse_output=False), words),
    ])
    if kind == CLASS:
        model = make_pipeline(prepared, MLPClassifier(random_state=0))
    else:
        model = TransformedTargetRegressor(make_pipeline(prepared, MLPRegressor(random_state=0)), transformer=StandardScaler())
    return answer(model.fit(x, coded(train, target, kind, labels)), t, kind)


def logistic_regression(train, test, target, kind, labels):
    """For the tables that a logistic regression has drawn: numbers only, classes only."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    x, t, _ = frames(train, test, target)
    return answer(make_pipeline(StandardScaler(), LogisticRegression()).fit(x, coded(train, target, kind, labels)), t, kind)


def pytabkit(name):
    """A network of pytabkit by the names of its classes; missing numbers become the median,
    for pytabkit refuses them."""
    def fit(train, test, target, kind, labels):
        import pytabkit
        import torch
        torch.set_num_threads(2)
        x, t, words = frames(train, test, target)
        for c in x.columns.difference(words):
            middle = x[c].median()
            x[c], t[c] = x[c].fillna(middle), t[c].fillna(middle)
        model = getattr(pytabkit, f"{name}_{'Classifier' if kind == CLASS else 'Regressor'}")(device="cpu", random_state=0, n_threads=2, verbosity=0)
        y = coded(train, target, kind, labels)
        model.fit(x, y if kind == CLASS else y.astype(np.float32), cat_col_names=words)
        return answer(model, t, kind)
    return fit


PEERS = {
    "scikit-learn": scikit_learn,
    "LightGBM": lightgbm,
    "XGBoost": xgboost,
    "CatBoost": catboost,
    "RealMLP-TD": pytabkit("RealMLP_TD"),
    "TabM-D": pytabkit("TabM_D"),
    "logistic": logistic_regression,
}
