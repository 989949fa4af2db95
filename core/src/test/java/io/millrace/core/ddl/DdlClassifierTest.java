package io.millrace.core.ddl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.TableName;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.TableChange;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DdlClassifierTest {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);

  static List<Arguments> statements() throws IOException {
    try (InputStream in = DdlClassifierTest.class.getResourceAsStream("statements.txt")) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("# "))
          .map(line -> line.split("\\| ", 2))
          .map(parts -> Arguments.of(parts[0].strip(), parts[1].replace("\\n", "\n")))
          .toList();
    }
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("statements")
  void classifies(String expected, String sql) {
    assertThat(print(DdlClassifier.classify(sql, "cur"))).isEqualTo(expected);
  }

  @Test
  void hasManyStatements() throws IOException {
    assertThat(statements()).hasSizeGreaterThan(200);
  }

  @Test
  void knowsBackslashesOnlyWhereTheModeDoes() {
    String sql = "ALTER TABLE t COMMENT='C:\\', DROP COLUMN c, COMMENT=''";
    assertThat(print(DdlClassifier.classify(sql, "cur"))).isEqualTo("MODIFY_TABLE_COMMENT ~cur.t");
    assertThat(print(DdlClassifier.classify(sql, "cur", DdlClassifier.NO_BACKSLASH_ESCAPES)))
        .isEqualTo("MULTI_SCHEMA_CHANGE ~cur.t");
  }

  @Test
  void readsNamesInAnsiQuotesWithoutEscapes() {
    String sql = "DROP TABLE \"a\\b\", \"c\"";
    assertThat(print(DdlClassifier.classify(sql, "cur", DdlClassifier.ANSI_QUOTES)))
        .isEqualTo("DROP_TABLE -cur.a\\b -cur.c");
  }

  @Test
  void namesAnXaTransactionByBytes() {
    Xid xid = Xid.of(new byte[] {0x78, (byte) 0xff}, new byte[0], 3);
    assertThat(xid).hasToString("X'78ff',X'',3");
    assertThat(DdlClassifier.classify("XA COMMIT " + xid, ""))
        .isEqualTo(new Statement.Transaction(Statement.Step.XA_COMMIT, Optional.of(xid)));
  }

  @Test
  void neverPrintsLiterals() {
    Statement unknown = DdlClassifier.classify("FROB USER IDENTIFIED BY 'hidden'", "");
    assertThat(unknown.toString()).contains("FROB").doesNotContain("hidden");
  }

  @Test
  void survivesMutatedStatements() throws IOException {
    List<String> seeds =
        statements().stream().map(arguments -> (String) arguments.get()[1]).toList();
    Random random = new Random(20_231);
    int known = 0;
    for (int i = 0; i < 200_000 * SCALE; i++) {
      Statement statement =
          DdlClassifier.classify(mutated(seeds, random), "cur", random.nextLong());
      known += statement instanceof Statement.Unknown ? 0 : 1;
    }
    assertThat(known).isBetween(40_000 * SCALE, 180_000 * SCALE);
  }

  @Test
  void readsLongInputInLinearTime() {
    String open = "ALTER TABLE t ADD c INT".concat(" /*!".repeat(200_000));
    assertThat(print(DdlClassifier.classify(open, "cur"))).isEqualTo("ADD_COLUMN ~cur.t");
    String deep = "ALTER TABLE t ADD c INT CHECK ".concat("(".repeat(300_000));
    assertThat(print(DdlClassifier.classify(deep, "cur"))).isEqualTo("ADD_COLUMN ~cur.t");
    String wide = "DROP TABLE a".concat(",a".repeat(200_000));
    assertThat(((Statement.Ddl) DdlClassifier.classify(wide, "cur")).tables()).hasSize(200_001);
    String settings = "SET STATEMENT a=1 FOR ".repeat(100_000).concat("DROP TABLE t");
    assertThat(print(DdlClassifier.classify(settings, "cur"))).isEqualTo("DROP_TABLE -cur.t");
  }

  /** Returns a statement with pieces cut out, doubled, replaced, or taken from another one. */
  private static String mutated(List<String> seeds, Random random) {
    StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
    String noise = "'\"`/*!#-\\(),.;@=\n\0xX0 é\uD800";
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(8));
      String other = seeds.get(random.nextInt(seeds.size()));
      int from = random.nextInt(other.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        case 2 -> text.insert(at, noise.charAt(random.nextInt(noise.length())));
        default -> text.replace(at, end, other.substring(from));
      }
    }
    return text.toString();
  }

  private static String print(Statement statement) {
    if (statement instanceof Statement.Ddl ddl) {
      String schema = ddl.schema().equals("cur") ? "" : "@" + ddl.schema();
      return join(
          Stream.concat(
              Stream.of(ddl.type().name(), schema),
              ddl.tables().stream().map(DdlClassifierTest::print)));
    }
    if (statement instanceof Statement.Rows rows) {
      List<String> words = new ArrayList<>(List.of("rows", rows.verb()));
      rows.tables().stream().map(TableName::toString).forEach(words::add);
      return join(words.stream());
    }
    if (statement instanceof Statement.Transaction tx) {
      return join(Stream.of("tx", tx.step().name(), tx.xid().map(Xid::toString).orElse("")));
    }
    return statement instanceof Statement.Irrelevant irrelevant
        ? join(Stream.of("-", irrelevant.verb()))
        : join(Stream.of("?", ((Statement.Unknown) statement).words()));
  }

  private static String join(Stream<String> words) {
    return words.filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
  }

  private static String print(TableChange change) {
    if (change.before().isEmpty()) {
      return "+" + change.name();
    }
    if (change.after().isEmpty()) {
      return "-" + change.name();
    }
    return change.before().equals(change.after())
        ? "~" + change.name()
        : change.before().get() + ">" + change.after().get();
  }

  @Test
  void emitsOtherOnlyForTables() throws IOException {
    for (Arguments arguments : statements()) {
      Statement statement = DdlClassifier.classify((String) arguments.get()[1], "cur");
      if (statement instanceof Statement.Ddl ddl && ddl.type() == DdlType.OTHER) {
        assertThat(ddl.tables()).isNotEmpty();
      }
    }
  }
}
