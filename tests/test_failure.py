"""A kept notebook that failed holds no number of a person."""

from __future__ import annotations

import json

from kajian.failure import keep_failed

NIK = "3372014101850001"


def output(**data: object) -> dict[str, object]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def test_numbers_are_masked_in_keys_values_and_parts(tmp_path):
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": [f"nik {NIK}\n"]},
        output(**{"application/json": {NIK: 1, "a": int(NIK)}}),
        output(**{"text/html": f"<b>{NIK[:8]}</b>{NIK[8:]}"}),
        output(**{"text/html": "<p>aman 12</p>"}),
    ]
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "x", "execution_count": 1}
    content = {"cells": [{**cell, "outputs": outputs}], "metadata": {"penanda": {NIK: NIK}}}
    staged = tmp_path / "a.ipynb"
    staged.write_text(json.dumps({**content, "nbformat": 4, "nbformat_minor": 5}))
    keep_failed(staged, tmp_path / "b.ipynb", f"baris {NIK}")
    text = (tmp_path / "b.ipynb").read_text(encoding="utf-8")
    assert NIK not in text
    assert NIK[:8] not in text
    assert "aman 12" in text
    kept = json.loads(text)["cells"][-1]["outputs"]
    assert kept[1]["data"]["application/json"] == {"•" * 16: 1, "a": "•" * 16}
    assert "tidak disimpan" in kept[2]["text"]
