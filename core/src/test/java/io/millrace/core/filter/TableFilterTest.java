package io.millrace.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.core.filter.TableFilter.Imports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableFilterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\u0001',
      textBlock =
          """
          a.b"            ¦ unexpected special character '"'
          a."b"c          ¦ syntax error: stray characters after table pattern
          a.\"\"\"b       ¦ syntax error: incomplete quoted identifier
          a.\"\"\"        ¦ syntax error: incomplete quoted identifier
          a./b\\/         ¦ syntax error: incomplete regexp
          a./b\\          ¦ syntax error: incomplete regexp
          [a\\            ¦ syntax error: failed to parse character class
          [[:alpha:]].b   ¦ unexpected special character ']'
          a.              ¦ syntax error: missing pattern
          "a"             ¦ missing table pattern
          /(a/.b          ¦ invalid pattern: error parsing regexp: missing closing ): `(a`
          @some/file      ¦ filter files cannot be imported here; give the rules themselves
          """)
  void namesPlaceAndReason(String rule, String reason) {
    assertThatThrownBy(() -> TableFilter.parse(List.of("*.*", rule), true, Imports.REFUSED))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FILTER_RULE_INVALID))
        .hasMessage("filter rule is invalid: at <cmdline>:1: " + reason);
  }

  @Test
  void readsQuotesAsTheyPair() {
    assertThat(accepts("a.\"b\"\"c\"", "b\"c")).isTrue();
    assertThat(accepts("a.`b``c.d`", "b`c.d")).isTrue();
    assertThat(accepts("a.\"b``\"", "b``")).isTrue();
    assertThat(accepts("a.\"b*\"", "bc")).isFalse();
  }

  @Test
  void slashesInExpressionsAreEscaped() {
    assertThat(accepts("a./^b\\/[\\/]\\.c$/", "b//.c")).isTrue();
    assertThat(accepts("a./^b\\\\/", "b\\")).isTrue();
  }

  @Test
  void wildcardsTakeCodePointsAndLineFeeds() {
    assertThat(accepts("a.?", "😀")).isTrue();
    assertThat(accepts("a.b*c", "b\n\nc")).isTrue();
    assertThat(accepts("a.?*", "")).isFalse();
    assertThat(accepts("a.[^]", "^")).isTrue();
    assertThat(accepts("a.[a&&b]", "&")).isTrue();
    assertThat(accepts("a.[\\é😀]", "é")).isTrue();
    assertThat(accepts("a.\\é", "é")).isTrue();
  }

  @Test
  void ignoresCaseWhereAsked() {
    TableFilter filter =
        TableFilter.parse(List.of("Äpfel.*", "!äPFEL.[x]*", "`B`./^c$/"), false, Imports.REFUSED);
    assertThat(filter.matches(new TableName("äpfel", "t"))).isTrue();
    assertThat(filter.matches(new TableName("ÄPFEL", "Xy"))).isFalse();
    assertThat(filter.matches(new TableName("b", "C"))).isTrue();
    assertThat(filter.matchesSchema("ÄPFEL")).isTrue();
  }

  @Test
  void readsFilesLineByLine(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("rules.txt");
    Files.writeString(file, "# all of a\r\na.*\r\n\n\t!a.c \n");
    TableFilter filter =
        TableFilter.parse(List.of("a.c", " @" + file + "\t", "x.y"), true, Imports.ALLOWED);
    assertThat(filter.matches(new TableName("a", "b"))).isTrue();
    assertThat(filter.matches(new TableName("a", "c"))).isFalse();
    assertThat(filter.matches(new TableName("x", "y"))).isTrue();
  }

  @Test
  void namesFileAndLine(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("rules.txt");
    Files.writeString(file, "a.*\n\na.b.c\n");
    assertFails("@" + file, "at " + file + ":3: syntax error: stray characters");
    Files.writeString(file, "\n@other\n");
    assertFails("@" + file, "at " + file + ":2: importing filter files recursively is not allowed");
    Files.write(file, new byte[] {'a', (byte) 0xff});
    assertFails("@" + file, "at <cmdline>:1: cannot read filter file: ");
    assertFails("@" + directory, "at <cmdline>:1: cannot read filter file: ");
    assertFails("@" + directory.resolve("none"), "at <cmdline>:1: cannot open filter file: open ");
    assertFails("@a\0b", "at <cmdline>:1: cannot open filter file: open ");
  }

  @Test
  void wildcardsMatchAsSpelledOut() {
    SplittableRandom random = new SplittableRandom(11);
    int matched = 0;
    for (int i = 0; i < 20_000; i++) {
      String pattern = random(random, "ab*?", 1 + random.nextInt(6));
      String name = random(random, "ab", random.nextInt(7));
      boolean expected = spelledOut(pattern, name);
      matched += expected ? 1 : 0;
      assertThat(accepts("a." + pattern, name)).as("%s and %s", pattern, name).isEqualTo(expected);
    }
    assertThat(matched).isBetween(2_000, 18_000);
  }

  private static boolean spelledOut(String pattern, String name) {
    if (pattern.isEmpty()) {
      return name.isEmpty();
    }
    String rest = pattern.substring(1);
    if (pattern.charAt(0) == '*') {
      return spelledOut(rest, name) || (!name.isEmpty() && spelledOut(pattern, name.substring(1)));
    }
    boolean fits =
        !name.isEmpty() && (pattern.charAt(0) == '?' || pattern.charAt(0) == name.charAt(0));
    return fits && spelledOut(rest, name.substring(1));
  }

  @Test
  void anyTextIsARuleOrRefusedWithItsPlace() {
    SplittableRandom random = new SplittableRandom(12);
    int parsed = 0;
    for (int i = 0; i < 50_000; i++) {
      String rule = random(random, "ab.*?[]!^-\\/\"`$_+(){}|1,:p# é😀", random.nextInt(14));
      try {
        TableFilter filter = TableFilter.parse(List.of(rule), i % 2 == 0, Imports.REFUSED);
        assertThat(filter.matches(new TableName("a", "b")))
            .as(rule)
            .isIn(filter.matchesSchema("a"), false);
        parsed++;
      } catch (CdcException e) {
        assertThat(e).as(rule).hasMessageStartingWith("filter rule is invalid: at <cmdline>:1: ");
      }
    }
    assertThat(parsed).isBetween(500, 40_000);
  }

  private static String random(SplittableRandom random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static boolean accepts(String rule, String table) {
    return TableFilter.parse(List.of(rule), true, Imports.REFUSED)
        .matches(new TableName("a", table));
  }

  private static void assertFails(String rule, String message) {
    assertThatThrownBy(() -> TableFilter.parse(List.of(rule), true, Imports.ALLOWED))
        .isInstanceOf(CdcException.class)
        .hasMessageStartingWith("filter rule is invalid: " + message);
  }
}
