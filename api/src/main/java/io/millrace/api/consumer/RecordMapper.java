package io.millrace.api.consumer;

import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.api.event.TableSchema;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Maps rows to a record, by a plan that is made once per definition of a table. */
final class RecordMapper<T> implements RowMapper<T> {
  private final Class<T> type;
  private final MethodHandle constructor;
  private volatile @Nullable Plan plan;

  /** Which column each component gets, and how. */
  private record Plan(TableSchema table, List<Step> steps) {}

  private record Step(int column, ComponentReader reader, boolean primitive) {}

  private RecordMapper(Class<T> type, MethodHandle constructor) {
    this.type = type;
    this.constructor = constructor;
  }

  /** Returns a mapper that makes records by their canonical constructor. */
  static <T extends Record> RecordMapper<T> of(Class<T> type, MethodHandle constructor) {
    RecordComponent[] components = type.getRecordComponents();
    for (RecordComponent each : components) {
      if (!ComponentReader.knows(each.getType())) {
        throw new IllegalArgumentException(
            "component %s of %s is of type %s, to which no column is mapped"
                .formatted(each.getName(), type.getName(), each.getType().getName()));
      }
    }
    MethodHandle spread = constructor.asSpreader(Object[].class, components.length);
    return new RecordMapper<>(
        type, spread.asType(MethodType.methodType(Object.class, Object[].class)));
  }

  /** Returns the canonical constructor as reflection reaches it. */
  static <T extends Record> MethodHandle reachable(Class<T> type) {
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types(type));
      constructor.setAccessible(true);
      return MethodHandles.lookup().unreflectConstructor(constructor);
    } catch (InaccessibleObjectException | ReflectiveOperationException e) {
      throw unreachable(type, e);
    }
  }

  /** Returns the canonical constructor as a caller sees it. */
  static MethodHandle seenBy(MethodHandles.Lookup caller, Class<? extends Record> type) {
    try {
      return caller.findConstructor(type, MethodType.methodType(void.class, types(type)));
    } catch (ReflectiveOperationException e) {
      throw unreachable(type, e);
    }
  }

  private static IllegalArgumentException unreachable(Class<?> type, Exception cause) {
    return new IllegalArgumentException(
        "the constructor of "
            + type.getName()
            + " cannot be reached; open its package to io.millrace.api, or map with"
            + " RowMapper.of(MethodHandles.lookup(), ...)",
        cause);
  }

  private static Class<?>[] types(Class<? extends Record> type) {
    return Stream.of(type.getRecordComponents())
        .map(RecordComponent::getType)
        .toArray(Class<?>[]::new);
  }

  @Override
  public T map(TableSchema table, Row row) {
    Plan known = plan;
    if (known == null || !isSame(known.table, table)) {
      known = new Plan(table, plan(table));
      plan = known;
    }
    Object[] values = new Object[known.steps.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(table, row, known.steps.get(i));
    }
    try {
      return type.cast((Object) constructor.invokeExact(values));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new RowMappingException("the constructor of " + type.getName() + " threw " + e, e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // rows of one definition share it; comparing costs more
  private static boolean isSame(TableSchema known, TableSchema table) {
    return known == table;
  }

  private @Nullable Object value(TableSchema table, Row row, Step step) {
    if (!row.isPresent(step.column)) {
      throw new RowMappingException(
          told(table, step, "is not in this image; the upstream writes minimal row images"));
    }
    if (row.isNull(step.column)) {
      if (step.primitive) {
        throw new RowMappingException(told(table, step, "is NULL, which a primitive cannot be"));
      }
      return null;
    }
    try {
      return step.reader.read(row, step.column);
    } catch (RuntimeException e) {
      throw new RowMappingException(
          told(table, step, "has a value that does not fit: " + e.getMessage()), e);
    }
  }

  private String told(TableSchema table, Step step, String what) {
    return "cannot map %s to %s: column %s %s"
        .formatted(table.name(), type.getName(), described(table.columns().get(step.column)), what);
  }

  private static String described(Column column) {
    return column.name() + " of type " + (column.unsigned() ? "unsigned " : "") + column.type();
  }

  private List<Step> plan(TableSchema table) {
    List<Step> steps = new ArrayList<>();
    for (RecordComponent each : type.getRecordComponents()) {
      int column = column(table, each.getName());
      ComponentReader reader = ComponentReader.of(each.getType(), table.columns().get(column));
      if (reader == null) {
        throw new RowMappingException(
            "cannot map %s to %s: column %s does not fit component %s of type %s"
                .formatted(
                    table.name(),
                    type.getName(),
                    described(table.columns().get(column)),
                    each.getName(),
                    each.getType().getSimpleName()));
      }
      steps.add(new Step(column, reader, each.getType().isPrimitive()));
    }
    return List.copyOf(steps);
  }

  private int column(TableSchema table, String component) {
    List<String> names = table.columns().stream().map(Column::name).toList();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(component)) {
        return i;
      }
    }
    List<String> bare = names.stream().map(RecordMapper::bare).toList();
    int found = bare.indexOf(bare(component));
    if (found < 0 || bare.lastIndexOf(bare(component)) != found) {
      throw new RowMappingException(
          "cannot map %s to %s: %s column is named as component %s; there are %s"
              .formatted(
                  table.name(), type.getName(), found < 0 ? "no" : "no single", component, names));
    }
    return found;
  }

  private static String bare(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
