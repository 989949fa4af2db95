package io.millrace.core.codec;

import io.millrace.api.TableName;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableChange;
import io.millrace.core.filter.ChangefeedFilter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The schema changes that messages tell of: one per table where a statement drops or renames
 * several, each with a text of its own in which every name is qualified.
 *
 * <p><i>Source:</i> protocol specification, 1.4.
 */
public final class SingleChanges {
  private static final Pattern EXCHANGE =
      Pattern.compile(
          "(?is).*\\bEXCHANGE\\s+PARTITION\\s+(`(?:[^`]|``)+`|[^\\s`]+)\\s+WITH\\s+TABLE\\s.*?"
              + "((?:\\sWITH|\\sWITHOUT)\\s+VALIDATION)?[\\s;]*");

  /** What the statements begin with that name several tables. */
  private static final Map<DdlType, String> VERBS =
      Map.of(
          DdlType.DROP_TABLE, "DROP TABLE ",
          DdlType.DROP_VIEW, "DROP VIEW ",
          DdlType.RENAME_TABLE, "RENAME TABLE ",
          DdlType.RENAME_TABLES, "RENAME TABLE ");

  private SingleChanges() {}

  /**
   * Returns the changes; none for a table that is only met for the first time, and for what
   * messages do not tell.
   */
  public static List<SchemaChange> of(SchemaChange change) {
    if (!ChangefeedFilter.isApplied(change.type().code())) {
      return List.of();
    }
    if (change.tables().isEmpty()) {
      return List.of(change);
    }
    return switch (change.type()) {
      case DROP_TABLE -> each(change, change.type(), t -> "DROP TABLE " + quoted(t.name()));
      case DROP_VIEW -> each(change, change.type(), t -> "DROP VIEW " + quoted(t.name()));
      case RENAME_TABLE, RENAME_TABLES -> each(change, DdlType.RENAME_TABLE, SingleChanges::rename);
      case EXCHANGE_TABLE_PARTITION -> List.of(exchange(change));
      default -> List.of(change);
    };
  }

  /**
   * Returns a change of several tables that does only some of its parts, with a text of its own.
   *
   * @param parts some of the change's tables, in its order; where they are all, the change itself
   */
  public static SchemaChange only(SchemaChange change, List<TableChange> parts) {
    String verb = VERBS.get(change.type());
    if (verb == null || parts.size() == change.tables().size()) {
      return change;
    }
    SchemaChange part = with(change, change.type(), change.query(), parts);
    String text =
        of(part).stream()
            .map(single -> single.query().substring(verb.length()))
            .collect(Collectors.joining(", ", verb, ""));
    return with(change, change.type(), text, parts);
  }

  private static List<SchemaChange> each(
      SchemaChange change, DdlType type, Function<TableChange, String> text) {
    return change.tables().stream()
        .map(table -> with(change, type, text.apply(table), List.of(table)))
        .toList();
  }

  private static SchemaChange with(
      SchemaChange change, DdlType type, String query, List<TableChange> tables) {
    return new SchemaChange(
        change.position(),
        change.startTs(),
        change.commitTs(),
        type,
        change.schema(),
        query,
        tables,
        change.sqlMode(),
        change.ranAt(),
        change.timeZone(),
        change.collations());
  }

  private static String rename(TableChange table) {
    return "RENAME TABLE "
        + quoted(table.before().orElseGet(table::name))
        + " TO "
        + quoted(table.name());
  }

  private static SchemaChange exchange(SchemaChange change) {
    Matcher parts = EXCHANGE.matcher(change.query());
    if (change.tables().size() != 2 || !parts.matches()) {
      return change;
    }
    String partition = parts.group(1);
    String validation = parts.group(2) == null ? "" : " " + parts.group(2).strip();
    String query =
        "ALTER TABLE "
            + quoted(change.tables().get(0).name())
            + " EXCHANGE PARTITION "
            + (partition.startsWith("`") ? partition : "`" + partition + "`")
            + " WITH TABLE "
            + quoted(change.tables().get(1).name())
            + validation;
    return with(change, change.type(), query, change.tables());
  }

  private static String quoted(TableName name) {
    return quoted(name.schema()) + "." + quoted(name.table());
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
