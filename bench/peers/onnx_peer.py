"""onnxruntime on a task of bench/run.py: onnx_peer.py predict THREADS."""
import sys
import time

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def network(rng):
    """The tutorial's 8-12-8-1 as an ONNX model with random weights."""
    nodes, weights, x = [], [], "x"
    for i, (n, m, act) in enumerate([(8, 12, "Relu"), (12, 8, "Relu"), (8, 1, "Sigmoid")]):
        weights += [numpy_helper.from_array(rng.random((n, m), dtype=np.float32) - .5, f"w{i}"),
                    numpy_helper.from_array(np.zeros(m, np.float32), f"b{i}")]
        nodes += [helper.make_node("Gemm", [x, f"w{i}", f"b{i}"], [f"z{i}"]), helper.make_node(act, [f"z{i}"], [f"a{i}"])]
        x = f"a{i}"
    value = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "net", [value("x", TensorProto.FLOAT, [None, 8])], [value(x, TensorProto.FLOAT, [None, 1])], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def predict(threads):
    rng = np.random.default_rng(1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    session = onnxruntime.InferenceSession(network(rng).SerializeToString(), options, providers=["CPUExecutionProvider"])
    x = rng.random((1_000_000, 8), dtype=np.float32)
    session.run(None, {"x": x})
    for _ in range(5):
        begin = time.perf_counter()
        session.run(None, {"x": x})
        print("run", time.perf_counter() - begin)


globals()[sys.argv[1]](*sys.argv[2:])
