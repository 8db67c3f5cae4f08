"""Make the README's pictures from a finished report: `make pictures`."""

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

report, target = map(Path, sys.argv[1:])
target.mkdir(exist_ok=True)
page = pypdfium2.PdfDocument(report / "policy-brief.pdf")[0].render(scale=1.1).to_pil()
page.quantize(64).save(target / "policy-brief.png", optimize=True)
kelurahan = Image.open(report / "figures" / "peta_akses_kelurahan.png").convert("RGB")
kelurahan.thumbnail((900, 900))
kelurahan.quantize(64).save(target / "peta-kelurahan.png", optimize=True)
