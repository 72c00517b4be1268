"""HTML becomes the text a reader sees, and its tables rows, whatever it holds."""

from __future__ import annotations

import pytest

from mailer.wire.html.read import read, tables, to_text

TEXTS = (
    ("<p>one</p><p>two</p>", "one\n\ntwo"),
    ("one<br>two<br/>three</br>four", "one\ntwo\nthree\nfour"),
    ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
    ("<p class=MsoNormal>one</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>two</p>", "one\n\ntwo"),
    ("a  \n b <b>c</b>d", "a b cd"),
    ("<ol><li>one<li>two</ol><ul><li>x</ul>", "1. one\n2. two\n- x"),
    ('<ol start=3><li>three</li><li value="7">seven</li></ol>', "3. three\n7. seven"),
    ("<blockquote>in<blockquote>deep</blockquote></blockquote>out", "> in\n>> deep\nout"),
    ("<pre>a\n  b</pre>c", "a\n  b\nc"),
    ("&lt;b&gt; &amp;amp; &eacute;&#233;&#xe9;&#150;&nbsp;&bogus; &copy 3", "<b> &amp; ééé– &bogus; © 3"),
    ("<script>x<p>y</script>a<style>b</style>c<!-- d -->e<![if x]>f<![endif]><?xml g?>h", "acefh"),
    ("<title>no</title>yes", "yes"),
    ("<span style='display: none'>no</span>yes", "yes"),
    ('<a href="https://example.org/a">here</a>', "here <https://example.org/a>"),
    ('<a href="https://example.org/">https://example.org</a>', "https://example.org"),
    ('<a href="mailto:a@b.c">Ana</a>', "Ana"),
    ("one<hr>two", "one\n" + "_" * 32 + "\ntwo"),
    ("<img alt='😀'><img alt='logo of us'>", "😀"),
    ("2 < 3 and <3 you", "2 < 3 and <3 you"),
    ("cut off <b", "cut off <b"),
    ("<!-- never closed <p>words", "-- never closed\nwords"),
    ("<style>never closed <p>words", "never closed\nwords"),
    ('<p title="a > b">x</p>', "x"),
    ("", ""),
)


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_text_of(html: str, text: str) -> None:
    assert to_text(html) == text or to_text(html).split() == text.split()


ROWS = (
    ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", ((("a", "b"), ("1", "2")),)),
    ("<table><tbody><tr><td><p>a</p><p>b</p></td><td>c</td></tr></tbody></table>", ((("a\nb", "c"),),)),
    ("<table><tr><td colspan=2>a</td><td>b</td></tr></table>", ((("a", "", "b"),),)),
    ("<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>", ((("a", "b"), ("a", "c")),)),
    ("<table><tr><td>page<table><tr><td>a<td>b</table></td></tr></table>", ((("a", "b"),),)),
    ("<table><tr><td>logo</td><td><table><tr><td>a<td>b</table></td></tr></table>", ((("a", "b"),),)),
    ("<table><tr><td>one column</td></tr></table>", ()),
    ("<table><td>a<td>b", ((("a", "b"),),)),
    ("</table></td><table><tr></tr></table>", ()),
)


@pytest.mark.parametrize(("html", "found"), ROWS)
def test_tables_of(html: str, found: tuple[tuple[tuple[str, ...], ...], ...]) -> None:
    assert tables(html) == found


def test_a_table_of_data_is_rows_in_the_text_and_a_layout_is_lines() -> None:
    assert to_text("<table><tr><td>a</td><td>b</td></tr><tr><td></td><td>only</td></tr></table>") == "a | b\nonly"
    page = "<table><tr><td>menu</td><td>" + "<p>words</p>" * 20 + "</td></tr></table>"
    assert to_text(page).startswith("menu\nwords")


def test_a_quoted_table_knows_that_it_is_quoted() -> None:
    found = read("<blockquote><table><tr><td>a</td><td>b</td></tr></table></blockquote>")
    assert found.tables[0].depth == 1
    assert [line.depth for line in found.lines if line.text] == [1]


def test_nothing_that_was_left_open_hides_the_words_behind_it() -> None:
    for opening in ("<b", "<!--", "<style>", "<script>", "<table><tr>", "<ul><li>", "<a href='x", "<![CDATA[", "&#", "</"):
        assert "words" in to_text(f"<p>{opening} <p>words</p>"), opening
