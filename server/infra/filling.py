"""The process that fills in an office's template: `python -m server.infra.filling`, a request on standard input.

It gives itself its bounds before it reads anything.
"""

import base64
import io
import json
import resource
import sys
from typing import Any

REFUSED = 3
SECONDS = 10
MEMORY = 768 * 1024 * 1024


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin)
    try:
        answer = answered(request)
    except Refused as error:
        sys.stdout.buffer.write(str(error).encode())
        return REFUSED
    sys.stdout.buffer.write(answer)
    return 0


class Refused(Exception):
    """With the sentence for whoever brought the template."""


def answered(request: dict[str, Any]) -> bytes:
    # Loaded here, after the bounds are set and only where they are needed.
    from docx import Document  # noqa: PLC0415
    from jinja2.exceptions import TemplateError  # noqa: PLC0415

    from server.infra import documents  # noqa: PLC0415

    template = base64.b64decode(request["template"])
    values = {key: _value(one, documents.Picture) for key, one in request["values"].items()}
    try:
        if request["what"] == "names":
            return json.dumps(sorted(documents.asked_for(template))).encode()
        paper = documents.rendered(template, values)
        Document(io.BytesIO(paper))
    except TemplateError as error:
        raise Refused(f"模板里有一处填不上：{documents.said_of(error)}") from None
    except MemoryError:
        raise Refused("这个模板填出来太大。请把里面的循环改简单。") from None
    except Exception:
        raise Refused("按这个模板填出来的文件打不开。请从我们的模板改起，一次只改一处。") from None
    return paper


def _value(value: Any, picture: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"png", "width_mm"}:
        return picture(base64.b64decode(value["png"]), value["width_mm"])
    return value


if __name__ == "__main__":
    sys.exit(main())
