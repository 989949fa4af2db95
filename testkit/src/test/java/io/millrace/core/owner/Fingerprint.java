package io.millrace.core.owner;

import io.millrace.api.event.SourcePosition;
import io.millrace.api.store.Entry;
import io.millrace.testkit.TestCluster;
import io.millrace.testkit.TestNode;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All of a cluster that can influence what it does next, as text: the store's content, the
 * downstream's, and the state of every worker, read by reflection. Times and revisions are left
 * out: of a task's revision counts whether it is the present one.
 */
final class Fingerprint {
  /** Fields that never change, that follow from others, or that hold times. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "tracker",
          "registration",
          "ownerTools",
          "tools",
          "crew",
          "clock",
          "ticker",
          "meter",
          "meters",
          "asked",
          "askedAt",
          "wrote",
          "mandate",
          "keys",
          "lock",
          "changed",
          "opener",
          "filter",
          "rows",
          "onFailure",
          "patience",
          "provider",
          "request",
          "source",
          "log",
          "checkpointAt",
          "writtenAt",
          "roundAt",
          "toldAt",
          "told",
          "tablesThere",
          "wanted",
          "upstream",
          "askedSurvey",
          "askedFor",
          "incarnation",
          "name",
          "target",
          "limit",
          "downstream",
          "transaction",
          "term",
          "spec",
          "startTs",
          "commitTs",
          "restart",
          "schema",
          "query",
          "bytes",
          "capture",
          "records",
          "failure",
          "breakNext",
          "closing",
          "complaint",
          "stalls",
          "trouble",
          "troubles",
          "terms",
          "claims",
          "open",
          "hold",
          "passed",
          "promisedBefore",
          "behind",
          "changes",
          "begun",
          "taken",
          "blocked");

  private static final Set<String> TASK_REVISIONS = Set.of("acknowledged", "taskRevision");
  private static final Pattern STORED_REVISION =
      Pattern.compile("\"(taskRevision|term)\":(-?\\d+)");

  private static final Map<Class<?>, List<Field>> FIELDS = new HashMap<>();

  private final StringBuilder text = new StringBuilder(4096);
  private final Map<String, Long> tasks = new HashMap<>();
  private long task = -2;

  private Fingerprint() {}

  /** Returns the fingerprint of a cluster. */
  static String of(TestCluster cluster) {
    Fingerprint print = new Fingerprint();
    print.store(cluster);
    for (TestNode node : cluster.nodes()) {
      print.node(node);
    }
    print.value(cluster.sink());
    Set<String> durable = new java.util.TreeSet<>();
    cluster.sink().records().stream()
        .filter(it -> it.kind() == io.millrace.testkit.sink.Recorded.Kind.DURABLE)
        .forEach(it -> durable.add(it.table() + "#" + it.id()));
    print.text.append(durable);
    return print.text.toString();
  }

  private void store(TestCluster cluster) {
    String prefix = cluster.keys().prefix();
    Map<Long, String> candidates = new TreeMap<>();
    List<Entry> entries = cluster.store().read(prefix).entries();
    for (Entry entry : entries) {
      if (entry.key().contains("/task/")) {
        tasks.put(last(entry.key()), entry.modRevision());
      }
    }
    for (Entry entry : entries) {
      String path = entry.key().substring(prefix.length());
      if (path.startsWith("owner/")) {
        candidates.put(entry.createRevision(), path);
      } else if (path.startsWith("capture/")) {
        text.append(path).append('\n');
      } else if (path.startsWith("changefeed/")) {
        text.append(path).append('=').append(plain(path, entry.value())).append('\n');
      }
    }
    text.append(candidates.values()).append('\n');
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  private String plain(String path, String json) {
    if (!path.contains("/position/")) {
      return json;
    }
    long current = tasks.getOrDefault(last(path), -2L);
    Matcher matcher = STORED_REVISION.matcher(json);
    return matcher.replaceAll(
        found ->
            found.group(1).equals("term")
                ? "term"
                : "task " + (Long.parseLong(found.group(2)) == current));
  }

  private void node(TestNode node) {
    text.append('\n').append(node.id()).append(node.runs());
    if (node.runs()) {
      task = tasks.getOrDefault(node.id().value(), -2L);
      text.append(node.crew().workers());
      value(node.node());
    }
  }

  private void value(Object value) {
    if (value == null) {
      text.append('~');
    } else if (value instanceof SourcePosition at) {
      text.append(at.file()).append(':').append(at.offset()).append('+').append(at.ordinal());
    } else if (value instanceof Optional<?> optional) {
      value(optional.orElse(null));
    } else if (value instanceof AtomicReference<?> reference) {
      value(reference.get());
    } else if (value instanceof Map<?, ?> map) {
      List<String> parts = new ArrayList<>();
      map.forEach((k, v) -> parts.add(part(k) + "=" + part(v)));
      parts.sort(null);
      text.append(parts);
    } else if (value instanceof Set<?> set) {
      List<String> parts = new ArrayList<>();
      set.forEach(each -> parts.add(part(each)));
      parts.sort(null);
      text.append(parts);
    } else if (value instanceof Collection<?> collection) {
      text.append('[');
      collection.forEach(this::value);
      text.append(']');
    } else if (value.getClass().isEnum() || !isOurs(value)) {
      text.append(value.getClass().isSynthetic() || value.getClass().isHidden() ? "f" : value);
    } else {
      parts(value);
    }
    text.append(' ');
  }

  private String part(Object value) {
    int from = text.length();
    value(value);
    String part = text.substring(from);
    text.setLength(from);
    return part;
  }

  private static boolean isOurs(Object value) {
    return value.getClass().getName().startsWith("io.millrace.");
  }

  private void parts(Object value) {
    text.append('{');
    for (Field field : FIELDS.computeIfAbsent(value.getClass(), Fingerprint::fields)) {
      try {
        Object part = field.get(value);
        text.append(field.getName().charAt(0));
        if (TASK_REVISIONS.contains(field.getName())) {
          text.append(part != null && (Long) part == task);
        } else {
          value(part);
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
    text.append('}');
  }

  private static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && !LEFT_OUT.contains(field.getName())) {
        field.setAccessible(true);
        fields.add(field);
      }
    }
    return fields;
  }
}
