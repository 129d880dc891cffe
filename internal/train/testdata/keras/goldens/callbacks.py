"""Callbacks that decide, fed by hand. Given the monitored value of each epoch (the optimizer's
rate starts at 1, and one weight is set to the number of the epoch, from 1): stopped, the
epoch that ended the run or 0; weight, as it stands after the end; and rate, with which each
epoch was trained. No first value is NaN: in Keras that becomes the best for ever."""

import keras
import numpy as np

from .notation import case, title
from .schedules import schedule


def parts(*of_64):
    """Numbers that float32 holds exactly."""
    return [n / 64 for n in of_64]


FALLING = parts(64, 58, 51, 45, 38, 32)
BUMPY = parts(64, 58, 61, 54, 58, 56, 55, 32, 38, 45, 51)
FLAT = [1.0] * 12
NANS = [1.0, float("nan"), 0.5, float("nan"), float("nan"), 0.25]
RISING = parts(32, 38, 35, 42, 42, 41, 45, 45)
CREEPING = parts(64, 61, 59, 56, 54, 51, 49)

STOPPING = [
    (config | extra, values)
    for config in ({}, {"patience": 1}, {"patience": 2}, {"patience": 3})
    for extra in ({}, {"restore_best_weights": True})
    for values in (FALLING, BUMPY, FLAT, NANS)
] + [
    ({"patience": 1, "mode": "max"}, FALLING), ({"patience": 2, "mode": "max"}, RISING),
    ({"patience": 2, "mode": "max", "min_delta": 0.06}, RISING),
    ({"patience": 1, "min_delta": 0.05}, CREEPING), ({"patience": 3, "min_delta": 0.05}, CREEPING),
    ({"patience": 2, "min_delta": -0.05}, CREEPING),
    ({"patience": 2, "baseline": 0.75}, FALLING), ({"patience": 2, "baseline": 0.1}, FALLING),
    ({"patience": 2, "baseline": 0.1}, BUMPY), ({"patience": 3, "baseline": 0.87}, BUMPY),
    ({"start_from_epoch": 3}, BUMPY), ({"start_from_epoch": 3, "restore_best_weights": True}, BUMPY),
    ({"start_from_epoch": 4, "patience": 1}, FLAT), ({"start_from_epoch": 1}, FALLING),
]

PLATEAUS = [
    ({"patience": 2, "factor": 0.5}, FLAT), ({"patience": 0, "factor": 0.5}, FLAT), ({"patience": 1, "factor": 0.5}, BUMPY),
    ({"patience": 2, "factor": 0.5, "cooldown": 2}, FLAT), ({"patience": 1, "factor": 0.5, "cooldown": 1}, FLAT),
    ({"patience": 1, "factor": 0.5, "cooldown": 3}, BUMPY),
    ({"patience": 1, "factor": 0.25, "min_lr": 0.125}, FLAT), ({"patience": 1, "factor": 0.5, "min_lr": 1.0}, FLAT),
    ({"patience": 1, "factor": 0.5, "min_delta": 0.05}, CREEPING), ({"patience": 1, "factor": 0.5, "min_delta": 0.0}, CREEPING),
    ({"patience": 1, "factor": 0.5, "mode": "max"}, RISING), ({"patience": 2, "factor": 0.5, "mode": "max", "min_delta": 0.06}, RISING),
    ({"patience": 1, "factor": 0.5}, NANS), ({}, FLAT), ({"patience": 10}, FLAT + FLAT),
]

SCHEDULED = [
    {"type": "exponential_decay", "initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5},
    {"type": "piecewise_constant_decay", "boundaries": [1, 3], "values": [0.5, 0.25, 0.125]},
    {"type": "cosine_decay", "initial_learning_rate": 0.5, "decay_steps": 4, "alpha": 0.1},
]


def watched():
    """A model of one weight, without a step taken."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=1.0), loss="mse")
    return model


def fed(callback, values, monitor="val_loss"):
    model = watched()
    callback.set_model(model)
    callback.set_params({"epochs": len(values)})
    model.stop_training = False
    callback.on_train_begin()
    stopped, rates = 0, []
    for epoch, value in enumerate(values):
        model.set_weights([np.full((1, 1), epoch + 1.0)])
        callback.on_epoch_begin(epoch)
        rates.append(float(model.optimizer.learning_rate))
        callback.on_epoch_end(epoch, {monitor: value})
        if model.stop_training:
            stopped = epoch + 1
            break
    callback.on_train_end()
    return {"stopped": stopped, "weight": float(model.get_weights()[0][0, 0]), "rate": rates}


def cases():
    names = {id(v): k.lower() for k, v in globals().items() if isinstance(v, list)}  # what is not among them is long
    for config, values in STOPPING:
        word = names.get(id(values), "long")
        yield case(title("early_stopping", config, word), "early_stopping", config, {"values": values},
                   fed(keras.callbacks.EarlyStopping(**config), values))
    for config, values in PLATEAUS:
        word = names.get(id(values), "long")
        yield case(title("reduce_lr_on_plateau", config, word), "reduce_lr_on_plateau", config, {"values": values},
                   fed(keras.callbacks.ReduceLROnPlateau(**config), values))
    for spec in SCHEDULED:
        rate = schedule(spec)
        yield case(title("learning_rate_scheduler", {"schedule": spec["type"]}), "learning_rate_scheduler", {"schedule": spec},
                   {"values": FALLING}, fed(keras.callbacks.LearningRateScheduler(lambda epoch: float(rate(epoch))), FALLING))
