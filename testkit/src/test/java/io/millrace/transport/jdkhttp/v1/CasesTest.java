package io.millrace.transport.jdkhttp.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.reflect.ClassPath;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * That every case of API v1, section 6, is a test whose name says which it is, {@code
 * c150And151ListsANormalOne}, or is listed with its reason in {@code cases.tsv}.
 */
class CasesTest {
  private static final int CASES = 290;
  private static final int MOST_IMPOSSIBLE = 5;
  private static final Pattern NAME = Pattern.compile("c(\\d{3})((?:(?:To|And)\\d{3})*)[A-Z].*");
  private static final Pattern MORE = Pattern.compile("(To|And)(\\d{3})");

  private static Set<Integer> tested() throws IOException {
    Set<Integer> cases = new TreeSet<>();
    for (ClassPath.ClassInfo each :
        ClassPath.from(CasesTest.class.getClassLoader())
            .getTopLevelClassesRecursive("io.millrace")) {
      if (each.getSimpleName().endsWith("Test") || each.getSimpleName().endsWith("IT")) {
        for (Method method : each.load().getDeclaredMethods()) {
          Matcher name = NAME.matcher(method.getName());
          if (name.matches() && isTest(method)) {
            add(cases, Integer.parseInt(name.group(1)), name.group(2));
          }
        }
      }
    }
    return cases;
  }

  private static boolean isTest(Method method) {
    return method.isAnnotationPresent(Test.class)
        || method.isAnnotationPresent(ParameterizedTest.class);
  }

  private static void add(Set<Integer> cases, int first, String others) {
    int last = first;
    cases.add(first);
    for (Matcher more = MORE.matcher(others); more.find(); ) {
      int next = Integer.parseInt(more.group(2));
      IntStream.rangeClosed(more.group(1).equals("To") ? last : next, next).forEach(cases::add);
      last = next;
    }
  }

  /** Returns the listed cases, each with its kind and reason. */
  private static Map<Integer, String> listed() throws IOException {
    Map<Integer, String> listed = new TreeMap<>();
    try (InputStream in = CasesTest.class.getResourceAsStream("cases.tsv")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split("\t", -1);
          assertThat(parts).as(line).hasSize(3);
          assertThat(parts[1]).isIn("later", "impossible");
          assertThat(parts[2]).as("reason").hasSizeGreaterThan(20);
          listed.put(Integer.parseInt(parts[0].substring(2)), parts[1]);
        }
      }
    }
    return listed;
  }

  @Test
  void everyCaseIsATestOrListed() throws IOException {
    Set<Integer> tested = tested();
    Map<Integer, String> listed = listed();
    Set<Integer> missing = new TreeSet<>();
    IntStream.rangeClosed(1, CASES).forEach(missing::add);
    missing.removeAll(tested);
    missing.removeAll(listed.keySet());
    assertThat(missing).as("cases without a test").isEmpty();
    assertThat(listed.keySet()).as("listed, but tested").doesNotContainAnyElementsOf(tested);
    assertThat(listed.values().stream().filter("impossible"::equals).count())
        .isLessThanOrEqualTo(MOST_IMPOSSIBLE);
  }
}
