package io.millrace.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
  private static final int DEPTH = 3;
  private static final List<String> ATOMS =
      List.of(
          ("[ab] [^ab] [a-zA] [^0-9\\n] [\\w-] [\\[-a] \\pL \\p{Lu} \\Qa-\\E \\- \\x61"
                  + " \\d \\D \\w \\W \\s \\S . a b A 0 _")
              .split(" ", -1));
  private static final List<String> REPETITIONS =
      List.of("*", "+", "?", "*?", "+?", "??", "{2}", "{1,}", "{0,2}", "{1,3}?");

  /** Counted groups are left out: the JDK misses matches where one round of them is empty. */
  private static final List<String> GROUP_REPETITIONS = List.of("*", "+", "?", "*?", "+?", "??");

  /** Expression, texts it is found in and texts it is not, each list separated by blanks. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\u0001',
      emptyValue = "",
      textBlock =
          """
          b               ¦ b abc xxb            ¦ a B
          ^b              ¦ b bx                 ¦ ab
          ^b$             ¦ b                    ¦ ab ba
          ^a.c$           ¦ abc a.c a我c         ¦ ac abbc
          ^a*$            ¦ a aaaa               ¦ b ab
          ^ab+$           ¦ ab abbb              ¦ a
          ^ab?$           ¦ a ab                 ¦ abb
          ^a{2}$          ¦ aa                   ¦ a aaa
          ^a{2,}$         ¦ aa aaaaa             ¦ a
          ^a{2,3}$        ¦ aa aaa               ¦ a aaaa
          ^a{0}b$         ¦ b                    ¦ ab
          ^a{0,0}b$       ¦ b                    ¦ ab
          ^a{,2}$         ¦ a{,2}                ¦ a aa
          ^a{x$           ¦ a{x                  ¦ a
          ^a{01}$         ¦ a{01}                ¦ a
          ^(?:ab)+?$      ¦ ab abab              ¦ aba
          ^a*?b+?c??$     ¦ b aabb bc            ¦ a abcc
          ^(a|b|cd)e$     ¦ ae be cde            ¦ ce e
          ^(a|)b$         ¦ b ab                 ¦ aab
          ^(?:a?){3}a{3}$ ¦ aaa aaaaaa           ¦ aa aaaaaaa
          ^(a*)*$         ¦ a aaaa               ¦ b
          ^(a*)+b$        ¦ b aab                ¦ a
          ^[abc]$         ¦ a b c                ¦ d
          ^[a-cx]$        ¦ a b c x              ¦ d
          ^[^a-c]$        ¦ d 我                 ¦ a b
          ^[]a]$          ¦ ] a                  ¦ b
          ^[^]a]$         ¦ b                    ¦ ] a
          ^[a-]$          ¦ a -                  ¦ b
          ^[-a]$          ¦ a -                  ¦ b
          ^[a\\-c]$       ¦ a - c                ¦ b
          ^[a^]$          ¦ a ^                  ¦ b
          ^[[a]$          ¦ [ a                  ¦ b
          ^[a&&b]$        ¦ a & b                ¦ c
          ^[\\d_]+$       ¦ 1 _ 23_              ¦ a
          ^[^\\d]$        ¦ a                    ¦ 1
          ^[\\D]$         ¦ a                    ¦ 1
          ^[[:alpha:]_]$  ¦ a Z _                ¦ 1
          ^[[:^alpha:]]$  ¦ 1 _                  ¦ a
          ^[[:x]$         ¦ [ : x                ¦ a
          ^\\d\\D\\w\\W$  ¦ 1a_- 0xx.            ¦ aaaa 1aaa
          ^\\pN+$         ¦ 12 ٣ Ⅷ               ¦ a
          ^\\p{Lu}$       ¦ A Ä                  ¦ a ä 1
          ^\\PL$          ¦ 1 _                  ¦ a 我
          ^\\p{^L}$       ¦ 1 _                  ¦ a 我
          ^\\p{Greek}$    ¦ α Ω                  ¦ a
          ^[\\p{Han}x]+$  ¦ 我x                  ¦ a
          ^\\p{Any}$      ¦ a 我                 ¦ ab
          \\bab\\b        ¦ ab -ab- 我ab         ¦ abc xab
          \\Bb            ¦ ab                   ¦ b -b
          \\Aa\\z         ¦ a                    ¦ ab ba
          ^\\Qa.b*\\E*$   ¦ a.b a.b***           ¦ axb
          ^\\Qa.b$        ¦ a.b$                 ¦ a.b
          ^\\x41\\x{1F600}$ ¦ A😀                ¦ A
          ^\\101\\07?$    ¦ A                    ¦ B
          ^a\\.b\\/c\\-\\_$ ¦ a.b/c-_            ¦ axb/c-_
          ^(?P<n>a)(?<m>b)$ ¦ ab                 ¦ a
          (?i)^abc$       ¦ abc ABC aBc          ¦ abd
          ^a(?i)b$|C$     ¦ ab aB xc xC          ¦ Ab
          ^a(?i:b)c$      ¦ abc aBc              ¦ abC ABc
          ^((?i)a)b$      ¦ ab Ab                ¦ aB
          (?i)^a(?-i)b$   ¦ ab Ab                ¦ aB
          (?i)^[a-c]$     ¦ a A C                ¦ d
          (?i)^[^a-c]$    ¦ d                    ¦ a A C
          (?i)^k$         ¦ k K K                ¦ x
          (?i)^[K]$       ¦ k K K                ¦ x
          (?i)^straße$    ¦ STRAßE STRAẞE        ¦ STRASSE
          (?i)^σ$         ¦ σ ς Σ                ¦ s
          (?i)^i$         ¦ i I                  ¦ ı İ
          (?i)^\\p{Lu}$   ¦ a A                  ¦ 1
          (?i)^\\W$       ¦ -                    ¦ k K ſ
          (?U)^a+?$       ¦ a aa                 ¦ b
          """)
  void finds(String expression, String found, String notFound) throws RegexSyntaxException {
    Regex regex = Regex.compile(expression.replace("\\\\", "\\"), false);
    for (String text : found.split(" ", -1)) {
      assertThat(regex.find(text)).as("%s finds %s", expression, text).isTrue();
    }
    for (String text : notFound.split(" ", -1)) {
      assertThat(regex.find(text)).as("%s finds %s", expression, text).isFalse();
    }
  }

  @Test
  void treatsLineFeedsAsAsked() throws RegexSyntaxException {
    assertThat(Regex.compile("a.b", false).find("a\nb")).isFalse();
    assertThat(Regex.compile("(?s)a.b", false).find("a\nb")).isTrue();
    assertThat(Regex.compile("(?s:a.b).", false).find("a\nb\n")).isFalse();
    assertThat(Regex.compile("a$", false).find("a\n")).isFalse();
    assertThat(Regex.compile("a\\z", false).find("a\n")).isFalse();
    assertThat(Regex.compile("(?m)^a$", false).find("b\na\nb")).isTrue();
    assertThat(Regex.compile("^a$", false).find("b\na\nb")).isFalse();
    assertThat(Regex.compile("(?ms)^b.$", false).find("a\nb\n")).isTrue();
    assertThat(Regex.compile("[^x]", false).find("\n")).isTrue();
    assertThat(Regex.compile("^\\s\\s\\s\\s\\s$", false).find(" \t\n\f\r")).isTrue();
    assertThat(Regex.compile("\\s", false).find("\u000b")).isFalse();
    assertThat(Regex.compile("^\\a\\f\\n\\r\\t\\v$", false).find("\7\f\n\r\t\13")).isTrue();
  }

  @Test
  void anEmptyExpressionIsFoundEverywhere() throws RegexSyntaxException {
    for (String expression : List.of("", "()", "a*", "(|a)", "(?i)", "\\Q\\E")) {
      assertThat(Regex.compile(expression, false).find("")).as(expression).isTrue();
      assertThat(Regex.compile(expression, true).find("b")).as(expression).isTrue();
    }
  }

  @Test
  void ignoresCaseFromTheStartWhenTold() throws RegexSyntaxException {
    assertThat(Regex.compile("^aBc$", true).find("AbC")).isTrue();
    assertThat(Regex.compile("^(?-i)aBc$", true).find("AbC")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '\u0001',
      textBlock =
          """
          (?=a)      ¦ invalid or unsupported Perl syntax: `(?=`
          (?!a)      ¦ invalid or unsupported Perl syntax: `(?!`
          (?<=a)b    ¦ invalid or unsupported Perl syntax: `(?<=`
          (?<!a)b    ¦ invalid or unsupported Perl syntax: `(?<!`
          (?>a)      ¦ invalid or unsupported Perl syntax: `(?>`
          (?x)a      ¦ invalid or unsupported Perl syntax: `(?x`
          (?i-)a     ¦ invalid or unsupported Perl syntax: `(?i-)`
          (?i        ¦ missing closing ): `(?i`
          (?i\uD800\uDC3Aa) ¦ invalid or unsupported Perl syntax: `(?i\uD800\uDC3A`
          (?P<>a)    ¦ invalid named capture: `(?P<>a)`
          (?P<a b>a) ¦ invalid named capture: `(?P<a b>a)`
          (?P<a      ¦ invalid named capture: `(?P<a`
          (?P=a)     ¦ invalid or unsupported Perl syntax: `(?P`
          a++        ¦ invalid nested repetition operator: `+`
          a**        ¦ invalid nested repetition operator: `*`
          a{2}{3}    ¦ invalid nested repetition operator: `{3}`
          *a         ¦ missing argument to repetition operator: `*`
          a|*        ¦ missing argument to repetition operator: `*`
          (+)        ¦ missing argument to repetition operator: `+`
          {2}        ¦ missing argument to repetition operator: `{2}`
          a{1001}    ¦ invalid repeat count: `{1001}`
          a{3,2}     ¦ invalid repeat count: `{3,2}`
          a{99999999999} ¦ invalid repeat count: `{99999999999}`
          (a{100}){11} ¦ invalid repeat count: `{11}`
          (a)\\1     ¦ invalid escape sequence: `\\1`
          \\k<a>     ¦ invalid escape sequence: `\\k`
          \\Z        ¦ invalid escape sequence: `\\Z`
          \\é        ¦ invalid escape sequence: `\\é`
          \\xz       ¦ invalid escape sequence: `\\x`
          \\x{}      ¦ invalid escape sequence: `\\x`
          \\x{110000} ¦ invalid escape sequence: `\\x`
          \\p{Nope}  ¦ invalid character class range: `\\p{Nope}`
          \\p{greek} ¦ invalid character class range: `\\p{greek}`
          \\pq       ¦ invalid character class range: `\\pq`
          \\p{L      ¦ invalid character class range: `\\p{L`
          [b-a]      ¦ invalid character class range: `b-a`
          [[:nope:]] ¦ invalid character class range: `[:nope:]`
          [a-\\d]    ¦ invalid escape sequence: `\\d`
          [a         ¦ missing closing ]: `[a`
          [^]$       ¦ missing closing ]: `[^]$`
          [a-        ¦ missing closing ]: `[a-`
          (a         ¦ missing closing ): `(a`
          a)         ¦ unexpected ): `a)`
          """)
  void refusesWhatRe2Refuses(String expression, String reason) {
    assertThatThrownBy(() -> Regex.compile(expression.replace("\\\\", "\\"), false))
        .isInstanceOf(RegexSyntaxException.class)
        .hasMessage(reason.replace("\\\\", "\\"));
  }

  @Test
  void refusesBackslashesWithNothingBehindThem() {
    for (String expression : List.of("a\\", "[a\\", "[a-\\")) {
      assertThatThrownBy(() -> Regex.compile(expression, false))
          .as(expression)
          .isInstanceOf(RegexSyntaxException.class)
          .hasMessageStartingWith("trailing backslash");
    }
  }

  @Test
  void refusesExpressionsThatWouldTakeTooMuchMemory() {
    assertThatThrownBy(() -> Regex.compile("[a]".repeat(10_000_000), false))
        .hasMessageStartingWith("expression too large");
    assertThatThrownBy(() -> Regex.compile("a".repeat(Regex.MAX_SIZE), false))
        .hasMessageStartingWith("expression too large");
    assertThatThrownBy(() -> Regex.compile("(?:abc){1000}".repeat(50), false))
        .hasMessageStartingWith("expression too large");
    assertThatThrownBy(() -> Regex.compile("(".repeat(1000), false))
        .hasMessageStartingWith("expression nests too deeply");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"^(a*)*b$", "^(a|aa)+$b", "^(a|a)*b$", "(x+x+)+y|^(a?){50}a{50}b", "a*a*a*b"})
  void searchesInLinearTime(String expression) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          Regex regex = Regex.compile(expression, false);
          assertThat(regex.find("a".repeat(100_000) + "x".repeat(1000))).isFalse();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[[:", "(?i)", "\\Q", "[a-z]", "(a{2}){3}"})
  void parsesLongExpressionsInLinearTime(String part) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            Regex.compile(part.repeat((Regex.MAX_SIZE - 1) / part.length()) + "}", false);
          } catch (RegexSyntaxException e) {
            assertThat(e).hasMessageMatching("(expression too large|missing closing ]): .*[.]{3}`");
          }
        });
  }

  @Test
  void findsWhatTheJdkFindsWhereBothMeanTheSame() throws RegexSyntaxException {
    SplittableRandom random = new SplittableRandom(7);
    int found = 0;
    for (int i = 0; i < 30_000; i++) {
      String expression = expression(random, DEPTH);
      Regex ours = Regex.compile(expression, false);
      Pattern theirs = Pattern.compile(expression, Pattern.UNIX_LINES);
      for (int j = 0; j < 4; j++) {
        String text = text(random);
        boolean expected = theirs.matcher(text).find();
        found += expected ? 1 : 0;
        assertThat(ours.find(text)).as("%s in '%s'", expression, text).isEqualTo(expected);
      }
    }
    assertThat(found).isBetween(20_000, 110_000);
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(9);
    for (int i = 0; i < length; i++) {
      text.append("abAB01_-\n".charAt(random.nextInt(9)));
    }
    return text.toString();
  }

  private static String expression(SplittableRandom random, int depth) {
    StringBuilder all = new StringBuilder();
    int parts = 1 + random.nextInt(3);
    for (int i = 0; i < parts; i++) {
      if (i > 0 && random.nextInt(6) == 0) {
        all.append('|');
      }
      boolean deep = depth > 0 && random.nextInt(3) == 0;
      all.append(
          deep
              ? List.of("(", "(?:", "(?i:", "(?s:", "(?i-s:").get(random.nextInt(5))
                  + expression(random, depth - 1)
                  + ")"
              : atom(random, depth == DEPTH));
      if (random.nextInt(3) == 0) {
        List<String> repetitions = deep ? GROUP_REPETITIONS : REPETITIONS;
        all.append(repetitions.get(random.nextInt(repetitions.size())));
      }
    }
    return all.toString();
  }

  private static String atom(SplittableRandom random, boolean anchored) {
    return anchored && random.nextInt(8) == 0
        ? List.of("^", "\\z", "\\A", "\\b").get(random.nextInt(4))
        : ATOMS.get(random.nextInt(ATOMS.size()));
  }
}
