/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-text-fix.h"

#include <string.h>

typedef struct
{
  const char *text;
  const char *expected;
} Case;

static void
check (const Case *cases, guint n_cases,
       char *(*function) (const SfHtmlEntities *entities, const char *text))
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfHtmlEntities) entities = sf_html_entities_new (&error);

  g_assert_no_error (error);
  for (guint i = 0; i < n_cases; i++)
    {
      g_autofree char *result = function (entities, cases[i].text);

      g_assert_cmpstr (result, ==, cases[i].expected);
    }
}

/* Expected are the results of Python's html.unescape. */
static void
test_resolve (void)
{
  static const Case CASES[] = {
    { "", "" },
    { "a & b && c&", "a & b && c&" },
    { "&amp;lt; &lt;b&gt; &quot;&apos;", "&lt; <b> \"'" },
    { "&ampfoo &notit; &notin; &copy2024", "&foo ¬it; ∉ ©2024" },
    { "&Eacute;&eacute &EACUTE; &nosuch; &;", "Éé &EACUTE; &nosuch; &;" },
    { "&#65;&#x42;&#X43 &#68E", "ABC DE" },
    { "&#0; &#xD800; &#1114112; &#99999999999999999999;", "� � � �" },
    { "&#128;&#x99;&#129;", "€™\302\201" },
    { "[&#1;&#11;&#127;&#64976;&#65535;]", "[]" },
    { "&#; &#x; &#xg;", "&#; &#x; &#xg;" },
    { "&NotEqualTilde;&Tab;", "≂̸\t" },
    { "&CounterClockwiseContourIntegral;", "∳" },
    { "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
      "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;" },
  };

  check (CASES, G_N_ELEMENTS (CASES), sf_html_entities_resolve);
}

static void
test_resolve_closed (void)
{
  static const Case CASES[] = {
    { "&amp; &amp &ampfoo; &copy2;", "& &amp &ampfoo; &copy2;" },
    { "&#65; &#65 &#6a; &#x41;", "A &#65 &#6a; A" },
    { "&EACUTE; &Eacute; &EaCUTE; &LTX;", "é É &EaCUTE; &LTX;" },
    { "&NTILDE;&nTILDE;", "ñ&nTILDE;" },
  };

  check (CASES, G_N_ELEMENTS (CASES), sf_html_entities_resolve_closed);
}

/* Expected are the results of ftfy 6.3.1. */
static void
test_fix (void)
{
  static const Case CASES[] = {
    { "", "" },
    { "plain text, naïve café", "plain text, naïve café" },
    { "‘single’ “double” ‛x‟", "'single' \"double\" 'x\"" },
    { "ﬁﬂuﬃeﬆ Ǆ ŉ", "fifluffiest DŽ 'n" },
    { "ＬＯＵＤ　ＮＯＩＳＥＳ Ｕﾀｰﾝ ｶﾞ", "LOUD NOISES Uターン ガ" },
    { "e\xcc\x81", "é" },
    { "a\r\nb\rc\xe2\x80\xa8"
      "d",
      "a\nb\nc\nd" },
    { "\xc2\x85 \xc2\x93q\xc2\x94", "… \"q\"" },
    { "\x1b[36;44mblue\x1b[0m \x1b[ \x1b", "blue [ " },
    { "\x01\x07z\x7f\xef\xbb\xbf\xef\xbf\xbc", "z" },
    { "zero\xe2\x80\x8bwidth nbsp\xc2\xa0here", "zero\xe2\x80\x8bwidth nbsp\xc2\xa0here" },
    { "&lt;tag&gt; P&EACUTE;rez", "<tag> Pérez" },
    { "<b> &lt;\n&gt;", "<b> &lt;\n&gt;" },
    { "&gt;\n<b>\n&lt;", ">\n<b>\n&lt;" },
    { "&amp;amp;lt; &hellip;", "< …" },
    { "it&rsquo;s", "it's" },
    /* Mojibake, once and twice, and what only looks like it. */
    { "cafÃ© sÃ³ Ã¼ber", "café só über" },
    { "itâ€™s â€œgoodâ€\302\235", "it's \"good\"" },
    { "Ã¢â‚¬â„¢", "'" },
    { "ðŸ˜€ âœ” No problems", "😀 ✔ No problems" },
    { "Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет" },
    { "25 Â°C, Â£5", "25 °C, £5" },
    { "naïve Â Ã â ð", "naïve Â Ã â ð" },
    { "CAFÉ” ‘É’", "CAFÉ\" 'É'" },
    { "Málaga, Øresund, Ångström", "Málaga, Øresund, Ångström" },
  };

  check (CASES, G_N_ELEMENTS (CASES), sf_text_fix);
}

/* Rounds are limited: text made to change again and again ends. */
static void
test_many_rounds (void)
{
  g_autoptr (SfHtmlEntities) entities = sf_html_entities_new (NULL);
  GString *text = g_string_new ("&");
  g_autofree char *fixed = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "amp;");
  fixed = sf_text_fix (entities, text->str);
  g_assert_cmpuint (strlen (fixed), <, text->len);
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/html-entities/resolve", test_resolve);
  g_test_add_func ("/html-entities/resolve-closed", test_resolve_closed);
  g_test_add_func ("/text-fix/fix", test_fix);
  g_test_add_func ("/text-fix/many-rounds", test_many_rounds);
  return g_test_run ();
}
