"""Metrics, streamed. Given y, p and perhaps w, cut into batches of the given sizes: the
result after each batch (one row each; several columns where the metric is a vector).
Metrics see what the network puts out: probabilities unless the config says from_logits.
The IoU family is rounded to float32 by Keras itself, in both dtypes."""

import keras
import numpy as np

from .losses import one_hot, probabilities
from .notation import Numbers, case, tensor, title

CLASSES = {
    "accuracy": "Accuracy",
    "binary_accuracy": "BinaryAccuracy",
    "categorical_accuracy": "CategoricalAccuracy",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
    "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
    "precision": "Precision", "recall": "Recall",
    "true_positives": "TruePositives", "true_negatives": "TrueNegatives",
    "false_positives": "FalsePositives", "false_negatives": "FalseNegatives",
    "auc": "AUC",
    "sensitivity_at_specificity": "SensitivityAtSpecificity",
    "specificity_at_sensitivity": "SpecificityAtSensitivity",
    "precision_at_recall": "PrecisionAtRecall",
    "recall_at_precision": "RecallAtPrecision",
    "f1_score": "F1Score", "f_beta_score": "FBetaScore",
    "mean_squared_error": "MeanSquaredError",
    "root_mean_squared_error": "RootMeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "log_cosh_error": "LogCoshError",
    "cosine_similarity": "CosineSimilarity",
    "r2_score": "R2Score",
    "pearson_correlation": "PearsonCorrelation",
    "concordance_correlation": "ConcordanceCorrelation",
    "hinge": "Hinge", "squared_hinge": "SquaredHinge", "categorical_hinge": "CategoricalHinge",
    "kl_divergence": "KLDivergence", "poisson": "Poisson",
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "binary_io_u": "BinaryIoU", "io_u": "IoU", "mean_io_u": "MeanIoU",
    "one_hot_io_u": "OneHotIoU", "one_hot_mean_io_u": "OneHotMeanIoU",
}

BATCHES = [9, 1, 8, 6]
N, K = sum(BATCHES), 3


def metric(spec, **more):
    """The Keras metric of a name or of {"type": ..., parameters}."""
    if isinstance(spec, str):
        spec = {"type": spec}
    config = {k: v for k, v in spec.items() if k != "type"} | more
    return getattr(keras.metrics, CLASSES[spec["type"]])(**config)


def streamed(kind, config, y, p, w, tag):
    made = metric({"type": kind} | config)
    rows, start = [], 0
    for size in BATCHES:
        part = slice(start, start + size)
        made.update_state(tensor(y[part]), tensor(p[part]), None if w is None else tensor(w[part]))
        rows.append(np.asarray(made.result()).reshape(-1))
        start += size
    given = {"batches": BATCHES, "y": y, "p": p} | ({} if w is None else {"w": w})
    name = title(kind, config, tag, "" if w is None else "weighted")
    return case(name, kind, config, given, {"value": np.stack(rows)})


def both(kind, config, y, p, w, tag=""):
    """Without and with weights; but the IoU family truncates weights to integers."""
    yield streamed(kind, config, y, p, None, tag)
    if "io_u" not in kind:
        yield streamed(kind, config, y, p, w, tag)


def binary(numbers, w):
    y = numbers.integers(2, (N, 1)).astype("float64")
    p = numbers.between(0, 1, (N, 1), bits=12)
    coarse = np.round(p * 8) / 8  # many ties, and probabilities of exactly 0, 0.5 and 1
    z = numbers.between(-4, 4, (N, 1))
    counts = ("true_positives", "true_negatives", "false_positives", "false_negatives", "precision", "recall")
    at = [("sensitivity_at_specificity", "specificity"), ("specificity_at_sensitivity", "sensitivity"),
          ("precision_at_recall", "recall"), ("recall_at_precision", "precision")]
    table = [("binary_accuracy", {}), ("binary_accuracy", {"threshold": 0.25})]
    table += [(kind, config) for kind in counts for config in ({}, {"thresholds": 0.3}, {"thresholds": [0.3, 0.6]})]
    table += [(kind, {level: v}) for kind, level in at for v in (0.5, 0.8)]
    table += [("sensitivity_at_specificity", {"specificity": 0.5, "num_thresholds": 20})]
    table += [("auc", {"curve": curve, "summation_method": method})
              for curve in ("ROC", "PR") for method in ("interpolation", "minoring", "majoring")]
    table += [("auc", {}), ("auc", {"curve": "PRGAIN"}), ("auc", {"num_thresholds": 5}), ("auc", {"thresholds": [0.1, 0.4, 0.7]})]
    table += [("f1_score", {"threshold": 0.5}), ("f_beta_score", {"threshold": 0.5, "beta": 2.0})]
    table += [("binary_crossentropy", {}), ("binary_crossentropy", {"label_smoothing": 0.1}), ("binary_io_u", {})]
    for kind, config in table:
        yield from both(kind, config, y, p, w)
        if kind in ("binary_accuracy", "auc", "precision", "recall"):
            yield from both(kind, config, y, coarse, w, "with ties")
    yield from both("binary_crossentropy", {"from_logits": True}, y, z, w)
    yield from both("auc", {"from_logits": True}, y, z, w)
    for kind in ("hinge", "squared_hinge"):
        yield from both(kind, {}, y, z, w)


def labels(numbers, w):
    """Several yes-or-no outputs per row."""
    y, p = numbers.integers(2, (N, K)).astype("float64"), numbers.between(0, 1, (N, K))
    yield from both("binary_accuracy", {}, y, p, w, "multi-label")
    yield from both("binary_crossentropy", {}, y, p, w, "multi-label")
    yield from both("auc", {}, y, p, w, "flattened labels")
    yield from both("auc", {"multi_label": True, "num_labels": K}, y, p, w)
    yield from both("auc", {"multi_label": True, "num_labels": K, "label_weights": [1.0, 2.0, 0.5]}, y, p, w)
    for kind in ("precision", "recall"):
        for config in ({}, {"class_id": 1}, {"top_k": 2}):
            yield from both(kind, config, y, p, w, "multi-label")
    for average in (None, "micro", "macro", "weighted"):
        yield from both("f1_score", {"average": average, "threshold": 0.5}, y, p, w, "multi-label")
        yield from both("f_beta_score", {"average": average, "threshold": 0.4, "beta": 2.0}, y, p, w, "multi-label")


def categorical(numbers, w):
    ids = numbers.integers(K, (N, 1))
    z = numbers.between(-3, 3, (N, K))
    y, p = one_hot(ids, K), probabilities(z)
    tied = np.round(p * 4) / 4
    for scores, tag in ((p, ""), (tied, "with ties")):
        yield from both("categorical_accuracy", {}, y, scores, w, tag)
        yield from both("sparse_categorical_accuracy", {}, ids, scores, w, tag)
        for k in (1, 2):
            yield from both("top_k_categorical_accuracy", {"k": k}, y, scores, w, tag)
            yield from both("sparse_top_k_categorical_accuracy", {"k": k}, ids, scores, w, tag)
    for config in ({}, {"label_smoothing": 0.1}):
        yield from both("categorical_crossentropy", config, y, p, w)
    yield from both("sparse_categorical_crossentropy", {}, ids, p, w)
    yield from both("categorical_crossentropy", {"from_logits": True}, y, z, w)
    yield from both("sparse_categorical_crossentropy", {"from_logits": True}, ids, z, w)
    yield from both("kl_divergence", {}, y, p, w)
    yield from both("categorical_hinge", {}, y, z, w)
    for average in (None, "micro", "macro", "weighted"):
        yield from both("f1_score", {"average": average}, y, p, w, "multi-class")
    best = p.argmax(-1)[:, None].astype("float64")
    yield from both("accuracy", {}, ids.astype("float64"), best, w)
    yield from both("io_u", {"num_classes": K, "target_class_ids": [0, 2]}, ids, best, w)
    yield from both("mean_io_u", {"num_classes": K}, ids, best, w)
    yield from both("one_hot_io_u", {"num_classes": K, "target_class_ids": [0, 2]}, y, p, w)
    yield from both("one_hot_mean_io_u", {"num_classes": K}, y, p, w)


def regression(numbers, w):
    y, p = numbers.between(-3, 3, (N, 2)), numbers.between(-1, 1, (N, 2))
    p = y + p
    plain = ("mean_squared_error", "root_mean_squared_error", "mean_absolute_error",
             "mean_absolute_percentage_error", "log_cosh_error")
    for columns, tag in ((1, "one column"), (2, "")):
        for kind in plain:
            yield from both(kind, {}, y[:, :columns], p[:, :columns], w, tag)
        for aggregation in ("uniform_average", "variance_weighted_average", None):
            yield from both("r2_score", {"class_aggregation": aggregation}, y[:, :columns], p[:, :columns], w, tag)
        for kind in ("mean_squared_logarithmic_error", "poisson"):
            yield from both(kind, {}, np.abs(y[:, :columns]), np.abs(p[:, :columns]), w, tag)
    yield from both("cosine_similarity", {}, y, p, w)
    wide, near = numbers.between(-3, 3, (N, 5)), numbers.between(-1, 1, (N, 5))
    for kind in ("pearson_correlation", "concordance_correlation"):
        yield from both(kind, {}, wide, wide + near, w, "along each row")


def cases():
    numbers = Numbers("metrics")
    w = numbers.integers(9, (N,)) / 4.0
    yield from binary(numbers, w)
    yield from labels(numbers, w)
    yield from categorical(numbers, w)
    yield from regression(numbers, w)
