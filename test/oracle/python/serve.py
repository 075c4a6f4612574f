"""The Python half of a worker: a request a line on stdin, `{"command": …, "arguments": {…}}`, an answer a line on
stdout, `{"result": …}` or `{"error": traceback}`. Tensors go through safetensors files."""

import json
import os
import sys
import traceback


def serve(*commands):
    """Answers until stdin ends. What libraries print goes to stderr."""
    by_name = {command.__name__: command for command in commands}
    answers = os.fdopen(os.dup(1), 'w', encoding='utf-8')
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {'result': by_name[request['command']](**request['arguments'])}
        except Exception:
            answer = {'error': traceback.format_exc()}
        answers.write(json.dumps(answer) + '\n')
        answers.flush()
