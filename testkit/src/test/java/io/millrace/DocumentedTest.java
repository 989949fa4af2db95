package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every public or protected type, method and constructor of the public API says what it is; every
 * interface that others may implement, which threads call it.
 */
class DocumentedTest {
  @TempDir private Path work;

  @Test
  void thePublicApiIsDocumented() throws IOException {
    List<Path> sources = new ArrayList<>();
    sources.addAll(below("api", "io/millrace/api", Integer.MAX_VALUE));
    sources.addAll(below("core", "io/millrace/core", 1));
    sources.addAll(below("transport-jdkhttp", "io/millrace/transport", Integer.MAX_VALUE));
    sources.addAll(below("testkit", "io/millrace/testkit", Integer.MAX_VALUE));
    assertThat(sources).hasSizeGreaterThan(100);
    assertThat(undocumented(sources)).isEmpty();
  }

  @Test
  void whatOthersImplementSaysWhichThreadsCallIt() throws IOException {
    List<Path> sources = below("api", "io/millrace/api", Integer.MAX_VALUE);
    List<String> met = new ArrayList<>();
    assertThat(scan(sources, (documents, found) -> new Threads(documents, found, met))).isEmpty();
    assertThat(met).contains("Sink", "MetaStore").doesNotContain("ChangeEvent", "Txn");
  }

  @Test
  void seesWhereThreadsAreMissing() throws IOException {
    Path source =
        Files.writeString(
            work.resolve("B.java"),
            """
            package b;
            /** Is said. <i>Threads:</i> any. */
            public interface B {
              /** Is said. */
              interface C {}
            }
            """);
    List<String> met = new ArrayList<>();
    assertThat(scan(List.of(source), (documents, found) -> new Threads(documents, found, met)))
        .containsExactly("C");
    assertThat(met).containsExactly("B", "C");
  }

  @Test
  void seesWhatIsMissing() throws IOException {
    Path source =
        Files.writeString(
            work.resolve("A.java"),
            """
            package a;
            /** Is said. */
            public class A {
              /** Is said. */
              public A() {}
              protected void b() {}
              void c() {}
              @Override public String toString() { return ""; }
              public interface D { int e(); /** Is said. */ int f(); }
              enum G { H; public void i() {} }
              /** Is said. */
              public record J(int k) { public J {} public int l() { return k; } }
            }
            """);
    assertThat(undocumented(List.of(source))).containsExactly("A.b", "A.D", "A.D.e", "A.J.l");
  }

  private static List<Path> below(String module, String directory, int depth) throws IOException {
    Path root = Path.of("..", module, "src", "main", "java").resolve(directory);
    try (Stream<Path> files = Files.walk(root, depth)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static List<String> undocumented(List<Path> sources) {
    return scan(sources, Scan::new);
  }

  private static List<String> scan(
      List<Path> sources,
      BiFunction<DocTrees, List<String>, TreePathScanner<Void, String>> scanner) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> found = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      DocTrees documents = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        scanner.apply(documents, found).scan(unit, "");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Goes through the public interfaces that are not sealed. */
  private static final class Threads extends TreePathScanner<Void, String> {
    private final DocTrees documents;
    private final List<String> found;
    private final List<String> met;

    Threads(DocTrees documents, List<String> found, List<String> met) {
      this.documents = documents;
      this.found = found;
      this.met = met;
    }

    @Override
    public Void visitClass(ClassTree type, String outer) {
      String name = type.getSimpleName().toString();
      Set<Modifier> flags = type.getModifiers().getFlags();
      boolean seen = flags.contains(Modifier.PUBLIC) || isInInterface(getCurrentPath());
      if (type.getKind() == Tree.Kind.INTERFACE && seen && !flags.contains(Modifier.SEALED)) {
        met.add(name);
        String said = documents.getDocComment(getCurrentPath());
        if (said == null || !said.contains("<i>Threads:</i>")) {
          found.add(name);
        }
      }
      return super.visitClass(type, outer);
    }
  }

  private static boolean isInInterface(TreePath member) {
    return member.getParentPath().getLeaf().getKind() == Tree.Kind.INTERFACE;
  }

  /** Goes through the types that can be seen from outside; is told the enclosing one's name. */
  private static final class Scan extends TreePathScanner<Void, String> {
    private final DocTrees documents;
    private final List<String> found;

    Scan(DocTrees documents, List<String> found) {
      this.documents = documents;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree type, String outer) {
      String name = outer + type.getSimpleName();
      if (isSeen(type.getModifiers())) {
        check(name);
        super.visitClass(type, name + ".");
      }
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, String type) {
      boolean constructor = method.getName().contentEquals("<init>");
      boolean ofRecord =
          getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD && constructor;
      if (isSeen(method.getModifiers()) && !overrides(method) && !ofRecord) {
        check(type + (constructor ? "new" : method.getName().toString()));
      }
      return null;
    }

    private void check(String name) {
      if (documents.getDocCommentTree(getCurrentPath()) == null) {
        found.add(name);
      }
    }

    private boolean isSeen(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      return flags.contains(Modifier.PUBLIC)
          || flags.contains(Modifier.PROTECTED)
          || (isInInterface(getCurrentPath()) && !flags.contains(Modifier.PRIVATE));
    }

    private static boolean overrides(MethodTree method) {
      return method.getModifiers().getAnnotations().stream()
          .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
    }
  }
}
