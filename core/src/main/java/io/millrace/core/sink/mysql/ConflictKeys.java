package io.millrace.core.sink.mysql;

import io.millrace.api.event.ByteSink;
import io.millrace.api.event.Column;
import io.millrace.api.event.ColumnType.Family;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import io.millrace.core.sink.mysql.TargetTable.Target;
import io.millrace.core.sink.mysql.TargetTable.Unique;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The keys by which a table's transactions conflict, as hashes: two changes that meet in a unique
 * key downstream have a hash in common. The reverse need not be so.
 *
 * <p>What a collation takes for equal cannot be known from outside in general. So texts of a
 * collation that is not binary are folded: of ASCII letters and digits only, without regard to
 * case, and with the letters in one class that some collation takes for equal. A text with anything
 * else in it may equal any other; from the first one on the table is serial: all its changes have
 * one hash more.
 *
 * <p><i>Source:</i> MySQL sink specification, 5. <i>Threads:</i> immutable; any.
 */
final class ConflictKeys {
  /** FNV-1a of 64 bits: at 32, thousands of keys in flight would meet by chance. */
  private static final long BASIS = 0xcbf29ce484222325L;

  private static final long PRIME = 0x100000001b3L;

  private final List<UniqueKey> keys;
  private final boolean serial;
  private final long table;

  /** A unique key: its columns, and for each how its values become equal bytes. */
  private record UniqueKey(List<Integer> columns, List<Folding> foldings) {}

  /** How values of a column are made equal that are equal downstream. */
  enum Folding {
    /** As they are. */
    EXACT,
    /** Without blanks at the end. */
    TRIMMED,
    /** Letters and digits of ASCII, case-folded; all else makes the table serial. */
    LETTERS
  }

  private ConflictKeys(List<UniqueKey> keys, boolean serial, long table) {
    this.keys = List.copyOf(keys);
    this.serial = serial;
    this.table = table;
  }

  static ConflictKeys of(TablePlan plan) {
    List<UniqueKey> keys = new ArrayList<>();
    boolean serial = !plan.hasHandle();
    for (Unique key : plan.target().keys()) {
      Optional<List<Integer>> columns = plan.columns(key);
      List<Folding> foldings = new ArrayList<>();
      for (int column : columns.orElse(List.of())) {
        folding(plan, column).ifPresent(foldings::add);
      }
      if (columns.isEmpty() || foldings.size() < columns.get().size()) {
        serial = true;
      } else {
        keys.add(new UniqueKey(columns.get(), foldings));
      }
    }
    byte[] name = plan.quotedTable().getBytes(StandardCharsets.UTF_8);
    Hash hash = new Hash();
    hash.write(name, 0, name.length);
    return new ConflictKeys(keys, serial, hash.value);
  }

  private static Optional<Folding> folding(TablePlan plan, int number) {
    Column column = plan.column(number);
    Target target = plan.target().column(column.name()).orElseThrow();
    String type = column.type().name().toLowerCase(Locale.ROOT);
    boolean sameType = target.type().equals(type) && target.scale() >= scale(column);
    return switch (column.type().family()) {
      case CHARACTER ->
          target.collation().map(c -> c.endsWith("_bin") ? Folding.TRIMMED : Folding.LETTERS);
      case INTEGER ->
          Optional.of(Folding.EXACT).filter(f -> sameType || target.type().endsWith("int"));
      case FLOATING, JSON -> Optional.empty();
      default -> Optional.of(Folding.EXACT).filter(f -> sameType);
    };
  }

  private static int scale(Column column) {
    return column.type().family() == Family.DECIMAL || column.type().family() == Family.TEMPORAL
        ? column.scale()
        : 0;
  }

  /** Returns the hash that all changes of the table have once it is serial. */
  long tableHash() {
    return table;
  }

  /** Returns whether the table is serial from the beginning. */
  boolean isSerial() {
    return serial;
  }

  /**
   * Appends the hashes of a change, of both its images.
   *
   * @return whether they tell all; false: the table must be serial from now on
   */
  boolean addTo(Hashes hashes, RowChange change) {
    boolean tellAll = true;
    if (change.kind() != RowChange.Kind.INSERT) {
      tellAll = add(hashes, change.before(), change.before());
    }
    if (change.kind() != RowChange.Kind.DELETE) {
      Row after = change.after();
      tellAll &=
          add(hashes, after, change.kind() == RowChange.Kind.UPDATE ? change.before() : after);
    }
    return tellAll;
  }

  private boolean add(Hashes hashes, Row image, Row help) {
    boolean tellAll = true;
    for (int i = 0; i < keys.size(); i++) {
      Hash hash = hashes.hash;
      hash.begin(table + i);
      boolean whole = hash.add(keys.get(i), image, help);
      tellAll &= whole;
      if (whole && !hash.hasNull) {
        hashes.add(hash.value);
      }
    }
    return tellAll;
  }

  /**
   * A growing run of hashes, used again.
   *
   * <p><i>Threads:</i> one.
   */
  static final class Hashes {
    private final Hash hash = new Hash();
    private long[] values = new long[64];
    private int size;

    void clear() {
      size = 0;
    }

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    long[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }

  /** Hashes bytes as they come, folded. */
  private static final class Hash implements ByteSink {
    private long value = BASIS;
    private Folding folding = Folding.EXACT;
    private int blanks;
    private boolean whole = true;
    private boolean hasNull;

    void begin(long seed) {
      value = (BASIS ^ seed) * PRIME;
      whole = true;
      hasNull = false;
    }

    boolean add(UniqueKey key, Row image, Row help) {
      for (int i = 0; i < key.columns().size(); i++) {
        int column = key.columns().get(i);
        Row row = image.isPresent(column) ? image : help;
        if (!row.isPresent(column)) {
          return false;
        }
        if (row.isNull(column)) {
          hasNull = true;
          return true;
        }
        folding = key.foldings().get(i);
        blanks = 0;
        row.write(column, this);
        mix(0x100);
      }
      return whole;
    }

    @Override
    public void write(int given) {
      int each = given & 0xff;
      switch (folding) {
        case EXACT -> mix(each);
        case TRIMMED -> trimmed(each);
        case LETTERS -> letter(each);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      for (int i = 0; i < length; i++) {
        write(bytes[offset + i]);
      }
    }

    private void trimmed(int each) {
      if (each == ' ') {
        blanks++;
        return;
      }
      for (; blanks > 0; blanks--) {
        mix(' ');
      }
      mix(each);
    }

    private void letter(int each) {
      if (each < ' ' || each > '~') {
        whole = false;
        return;
      }
      int lower = each >= 'A' && each <= 'Z' ? each + ('a' - 'A') : each;
      boolean counts = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
      if (counts) {
        mix(classOf(lower));
      }
    }

    private static int classOf(int lower) {
      return switch (lower) {
        case 'j', 'y' -> 'i';
        case 'v', 'w' -> 'u';
        default -> lower;
      };
    }

    private void mix(int each) {
      value = (value ^ each) * PRIME;
    }
  }
}
