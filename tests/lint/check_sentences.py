# SPDX-License-Identifier: GPL-3.0-or-later
"""Every sentence that goes into an error is marked for translation.

Left out are the operations and graphs, whose errors tell a programmer what is wrong with a network."""

import re
import sys

import sources

FOLDERS = ('app/', 'compute/')
UNTRANSLATED = ('app/cli/', 'compute/graph/', 'compute/ops/', 'compute/reference/')

# The functions, and which of their arguments is the sentence.
SENTENCES = {
    'fail': 1, 'g_error_new': 2, 'g_error_new_literal': 2, 'g_prefix_error': 1, 'g_set_error': 3, 'g_set_error_literal': 3,
    'png_error': 1, 'sf_tensor_info_refuse': 1, 'sf_vk_check': 2,
}
TOKEN = re.compile(r'''/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\w+|\s+|.''', re.S)
PLACEHOLDER = re.compile(r'%[-+ 0-9.*]*[a-z]')
WORD = re.compile(r'[a-z]{2}')


def find_unmarked(text):
    """Line numbers of the literals with words in the place of a sentence."""
    calls = []  # of name and the number of commas so far, for each parenthesis that is open
    word = ''
    line = 1
    for token in TOKEN.findall(text):
        if token == '(':
            calls.append([word, 0])
        elif token == ')' and calls:
            calls.pop()
        elif token == ',' and calls:
            calls[-1][1] += 1
        elif token.startswith('"') and calls and SENTENCES.get(calls[-1][0]) == calls[-1][1]:
            if WORD.search(PLACEHOLDER.sub('', token)):
                yield line
        if not token.isspace():
            word = token
        line += token.count('\n')


def main(root):
    complaints = []
    for path in sources.find(root, '*.c'):
        if path.startswith(FOLDERS) and not path.startswith(UNTRANSLATED):
            text = '\n'.join(line for _, line in sources.lines(root, path))
            complaints += [f'{path}:{line}: the sentence is not marked for translation.' for line in find_unmarked(text)]
    sources.finish(complaints)


main(sys.argv[1])
