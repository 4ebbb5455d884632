"""Renders the first page of a PDF as `page.png` in a folder, 1280 pixels wide.

Usage: first_page.py DOCUMENT OUT_FOLDER
Prints JSON: `page`, the name of the file, and `page_count`. Exit code 3: nothing was made, and the JSON is `reason` and
`detail`. pdfium must not be called by two threads of a process; here it has a process of its own.
"""

import json
import sys
from pathlib import Path

import pypdfium2 as pdfium

WIDTH = 1280
MOST_HEIGHT = 5120  # of a page that is very long: it is then narrower
REFUSED = 3
PASSWORD_NEEDED = 4  # pdfium's FPDF_ERR_PASSWORD


def main(source: str, out: str) -> int:
    try:
        document = pdfium.PdfDocument(source)
        page = document[0]
        scale = min(WIDTH / page.get_width(), MOST_HEIGHT / page.get_height())
        picture = page.render(scale=scale, may_draw_forms=False).to_pil()
    except MemoryError as error:
        return refuse("out_of_memory", error)
    except pdfium.PdfiumError as error:
        return refuse("encrypted" if error.err_code == PASSWORD_NEEDED else "not_media", error)
    except (ValueError, ZeroDivisionError, IndexError) as error:
        return refuse("not_media", error)
    picture.save(Path(out, "page.png"), compress_level=1)
    print(json.dumps({"page": "page.png", "page_count": len(document)}))
    return 0


def refuse(reason: str, error: BaseException) -> int:
    print(json.dumps({"reason": reason, "detail": f"{type(error).__name__}: {error}"}))
    return REFUSED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
