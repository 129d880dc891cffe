"""Writes configs.json beside this script: what the installed Keras serializes of an object of
every class that has a place in a network for tables, with its defaults.

    KERAS_BACKEND=torch python internal/keras/testdata/configs.py
"""

import inspect
import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras  # noqa: E402
from keras import constraints, initializers, layers, losses, metrics, optimizers, regularizers  # noqa: E402

LAYERS = """Dense Activation Embedding Rescaling Dropout AlphaDropout GaussianDropout GaussianNoise BatchNormalization LayerNormalization
GroupNormalization RMSNormalization UnitNormalization Normalization ReLU LeakyReLU ELU PReLU Softmax ActivityRegularization Flatten
Identity InputLayer""".split()

# What a constructor needs.
NEEDS = {
    "Dense": {"units": 3}, "Activation": {"activation": "relu"}, "Embedding": {"input_dim": 5, "output_dim": 2}, "Rescaling": {"scale": 2.0},
    "Dropout": {"rate": 0.5}, "AlphaDropout": {"rate": 0.5}, "GaussianDropout": {"rate": 0.5}, "GaussianNoise": {"stddev": 0.5},
    "GroupNormalization": {"groups": 1}, "InputLayer": {"shape": (8,)}, "Precision": {"thresholds": [0.5]},
    "PolynomialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10}, "CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 10},
    "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9},
    "InverseTimeDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9},
    "PiecewiseConstantDecay": {"boundaries": [1, 2], "values": [0.1, 0.2, 0.3]},
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 10},
}

# What has no place: images, sound and text; shells around others; means of whatever is added.
ELSEWHERE = {"STFT", "STFTInitializer", "CTC", "Circle", "Mean", "Sum", "MeanMetricWrapper", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU",
             "PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity", "SpecificityAtSensitivity", "LossScaleOptimizer", "MultiOptimizer"}


def classes(module, base):
    return sorted({c.__name__ for n, c in vars(module).items() if inspect.isclass(c) and issubclass(c, base) and c is not base} & set(vars(module)) - ELSEWHERE)


FAMILIES = {
    "layer": (layers, LAYERS),
    "initializer": (initializers, classes(initializers, initializers.Initializer)),
    "regularizer": (regularizers, classes(regularizers, regularizers.Regularizer)),
    "constraint": (constraints, classes(constraints, constraints.Constraint)),
    "loss": (losses, classes(losses, losses.Loss)),
    "metric": (metrics, classes(metrics, metrics.Metric)),
    "optimizer": (optimizers, classes(optimizers, optimizers.Optimizer)),
    "schedule": (optimizers.schedules, classes(optimizers.schedules, optimizers.schedules.LearningRateSchedule)),
}


def main():
    out = {"keras": keras.__version__, "families": {}}
    for family, (module, names) in FAMILIES.items():
        out["families"][family] = [keras.saving.serialize_keras_object(getattr(module, n)(**NEEDS.get(n, {}))) for n in names]
    (pathlib.Path(__file__).parent / "configs.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
    print({family: len(all) for family, all in out["families"].items()})


if __name__ == "__main__":
    main()
