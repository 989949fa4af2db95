package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CdcException;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/**
 * Runs the tests of a contract, each on a suite of its own, as JUnit does.
 *
 * @param contract the contract
 */
public record ContractRun(Class<?> contract) {
  /**
   * Checks that a test of the contract fails, by what it demands or by an error that the API names:
   * not by a slip of the planted fault, nor by one of its own.
   */
  public void assertCaught(String test, Supplier<?> suite) {
    Throwable failure = failure(test(test), suite.get()).orElse(null);
    while (failure instanceof ExecutionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    assertThat(failure).as("%s", test).isInstanceOfAny(AssertionError.class, CdcException.class);
  }

  /** Checks that all tests of the contract pass. */
  public void assertSound(Supplier<?> suite) {
    for (Method test : tests()) {
      assertThat(failure(test, suite.get())).as(test.getName()).isEmpty();
    }
  }

  /** Checks that every test of the contract is one of those that catch something. */
  public void assertEachTestCatches(List<String> catchers) {
    assertThat(tests().stream().map(Method::getName).toList())
        .allSatisfy(test -> assertThat(catchers).contains(test));
  }

  private List<Method> tests() {
    return Stream.<Class<?>>iterate(contract, it -> it != Object.class, Class::getSuperclass)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Test.class))
        .toList();
  }

  private Method test(String name) {
    return tests().stream().filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
  }

  /** Returns why a test fails, or empty if it passes or has nothing to do. */
  private static Optional<Throwable> failure(Method test, Object suite) {
    try {
      call(suite, all(suite, BeforeEach.class));
      try {
        call(suite, List.of(test));
      } finally {
        call(suite, all(suite, AfterEach.class));
      }
      return Optional.empty();
    } catch (InvocationTargetException e) {
      return Optional.of(e.getCause()).filter(cause -> !(cause instanceof TestAbortedException));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void call(Object suite, List<Method> methods)
      throws InvocationTargetException, IllegalAccessException {
    for (Method method : methods) {
      method.setAccessible(true);
      method.invoke(suite);
    }
  }

  private static List<Method> all(Object suite, Class<? extends Annotation> annotation) {
    List<Method> all = new ArrayList<>();
    for (Class<?> type = suite.getClass(); type != Object.class; type = type.getSuperclass()) {
      Arrays.stream(type.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(annotation))
          .forEach(all::add);
    }
    return all;
  }
}
