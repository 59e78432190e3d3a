#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write html-entities.txt: the named character references of HTML 5.

  make_html_entities.py > html-entities.txt

A line an entity: its name (those that may lack the semicolon are there twice, as
in the standard) and its code points in hexadecimal. The names come from Python's
html.entities, which has them from https://html.spec.whatwg.org/entities.json.
"""
import html.entities

for name, text in sorted(html.entities.html5.items()):
    print(name, *(f"{ord(character):x}" for character in text))
