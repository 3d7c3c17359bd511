"""Gives a file with tuspy, PyPI's tus client: ENDPOINT RECEIPT FILE. Prints where the upload stands."""

import sys

from tusclient import client

endpoint, receipt, path = sys.argv[1:]
giving = client.TusClient(endpoint, headers={"Authorization": f"Receipt {receipt}"})
upload = giving.uploader(path, chunk_size=400_000, retries=60, retry_delay=0.05, metadata={"wish": "lawyer", "filename": "rye lane.mp4"})
upload.upload()
print(upload.url)
