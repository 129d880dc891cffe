"""The same model behind FastAPI and onnxruntime: uvicorn fastapi_server:app, with MODEL=model.onnx."""
import os

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI, Request

options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(os.environ["MODEL"], options)
names = [i.name for i in session.get_inputs()]
outputs = [o.name for o in session.get_outputs()]
app = FastAPI()


@app.post("/predict")
async def predict(request: Request):
    rows = (await request.json())["instances"]
    given = {n: np.array([[r[n]] for r in rows], np.float32) for n in names}
    return {"predictions": [v.tolist() for v in session.run(outputs, given)]}
