package io.millrace.api.event;

import java.util.List;
import java.util.Optional;

/**
 * The definition of one column, as far as the upstream tells it.
 *
 * @param name the name as the definition spells it
 * @param type the type
 * @param unsigned whether UNSIGNED; BIT and YEAR are not marked
 * @param zerofill whether ZEROFILL; false where the upstream does not tell
 * @param nullable whether NULL is allowed
 * @param charset MySQL's name of the charset of character and label types, for instance {@code
 *     utf8mb4}; empty for all others
 * @param length the declared length of character and binary types in characters resp. bytes, the
 *     bits of a BIT, the display width of an integer where known, the precision of a DECIMAL; 0
 *     where there is none
 * @param scale the digits after the point of a DECIMAL, the fsp of a temporal type, else 0
 * @param labels the labels of an ENUM or SET, in order, else empty
 * @param generated whether the value is computed
 * @param visible false for an invisible column
 * @param defaultValue the text of the default where the upstream tells it
 */
public record Column(
    String name,
    ColumnType type,
    boolean unsigned,
    boolean zerofill,
    boolean nullable,
    Optional<String> charset,
    int length,
    int scale,
    List<String> labels,
    Generated generated,
    boolean visible,
    Optional<String> defaultValue) {

  /** Copies the labels. */
  public Column {
    labels = List.copyOf(labels);
  }

  /** Returns a builder of a nullable, visible, signed column. */
  public static Builder builder(String name, ColumnType type) {
    return new Builder(name, type);
  }

  /** Returns a builder that starts with this column's parts. */
  public Builder toBuilder() {
    Builder copy = new Builder(name, type);
    copy.unsigned = unsigned;
    copy.zerofill = zerofill;
    copy.nullable = nullable;
    copy.charset = charset;
    copy.length = length;
    copy.scale = scale;
    copy.labels = labels;
    copy.generated = generated;
    copy.visible = visible;
    copy.defaultValue = defaultValue;
    return copy;
  }

  /** Whether a column's value is computed. */
  public enum Generated {
    /** It is not, or the upstream does not tell. */
    NONE,
    /** It is, when written. */
    STORED,
    /** It is, when read. */
    VIRTUAL
  }

  /** Puts a column together. */
  public static final class Builder {
    private final String name;
    private final ColumnType type;
    private boolean unsigned;
    private boolean zerofill;
    private boolean nullable = true;
    private Optional<String> charset = Optional.empty();
    private int length;
    private int scale;
    private List<String> labels = List.of();
    private Generated generated = Generated.NONE;
    private boolean visible = true;
    private Optional<String> defaultValue = Optional.empty();

    private Builder(String name, ColumnType type) {
      this.name = name;
      this.type = type;
    }

    /** Sets UNSIGNED. */
    public Builder unsigned(boolean value) {
      unsigned = value;
      return this;
    }

    /** Sets ZEROFILL. */
    public Builder zerofill(boolean value) {
      zerofill = value;
      return this;
    }

    /** Sets whether NULL is allowed. */
    public Builder nullable(boolean value) {
      nullable = value;
      return this;
    }

    /** Sets the charset. */
    public Builder charset(String value) {
      charset = Optional.of(value);
      return this;
    }

    /** Sets length, bits or precision. */
    public Builder length(int value) {
      length = value;
      return this;
    }

    /** Sets scale or fsp. */
    public Builder scale(int value) {
      scale = value;
      return this;
    }

    /** Sets the labels. */
    public Builder labels(List<String> value) {
      labels = value;
      return this;
    }

    /** Sets whether the value is computed. */
    public Builder generated(Generated value) {
      generated = value;
      return this;
    }

    /** Sets whether the column is visible. */
    public Builder visible(boolean value) {
      visible = value;
      return this;
    }

    /** Sets the default. */
    public Builder defaultValue(String value) {
      defaultValue = Optional.of(value);
      return this;
    }

    /** Returns the column. */
    public Column build() {
      return new Column(
          name,
          type,
          unsigned,
          zerofill,
          nullable,
          charset,
          length,
          scale,
          labels,
          generated,
          visible,
          defaultValue);
    }
  }
}
