package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.logging.LogManager;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Fails where a library would do what only the program that embeds it may: end the JVM, hook into
 * its end, handle what others throw, configure logging, or set what holds for the whole JVM.
 */
class PoliteGuestTest {
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "= (?:Interface)?Methodref .*// *("
              + "java/lang/System\\.(?:exit|setProperty|setProperties|getProperties|setOut|setErr|setIn)"
              + "|java/lang/System\\.setSecurityManager"
              + "|java/lang/Runtime\\.(?:exit|halt|addShutdownHook)"
              + "|java/lang/Thread\\.setDefaultUncaughtExceptionHandler"
              + "|java/util/logging/LogManager\\.\\w+"
              + "|java/util/logging/\\w+\\.(?:setLevel|addHandler|removeHandler|setUseParentHandlers)"
              + "|java/util/(?:Locale|TimeZone)\\.setDefault"
              + "|java/security/Security\\.(?:addProvider|insertProviderAt|setProperty)"
              + "|java/net/(?:Authenticator|ProxySelector|CookieHandler)\\.setDefault"
              + "|java/net/URL\\.setURLStreamHandlerFactory"
              + "|javax/net/ssl/SSLContext\\.setDefault"
              + "|javax/net/ssl/HttpsURLConnection\\.setDefault\\w+"
              + "|java/sql/DriverManager\\.(?:registerDriver|setLogWriter|setLoginTimeout)"
              + "):.*");

  /**
   * The main program of the standalone server, to which the JVM belongs; and what changes the log
   * level when {@code CdcService.setLogLevel} is called and no other hook was given.
   */
  private static final Pattern ALLOWED =
      Pattern.compile("io/millrace/(?:transport/jdkhttp/server/\\w[\\w$]*|core/RootLogger)");

  /**
   * The JDK's server reads there, and nowhere else, whether its sockets delay small answers; what
   * the owner has set is left as it is.
   */
  private static final String NODELAY =
      "io/millrace/transport/jdkhttp/JdkHttpTransport$Builder -> java/lang/System.getProperties";

  @Test
  void theLibraryLeavesTheJvmToItsOwner() {
    List<String> seen = new ArrayList<>();
    assertThat(BuiltClasses.calls(BuiltClasses.files(), FORBIDDEN, ALLOWED, seen))
        .containsExactly(NODELAY);
    assertThat(seen).contains("io/millrace/core/CdcService");
  }

  @Test
  void seesWhatIsForbidden() throws URISyntaxException {
    Path file = Path.of(Rude.class.getResource("PoliteGuestTest$Rude.class").toURI());
    assertThat(BuiltClasses.calls(List.of(file), FORBIDDEN, ALLOWED, new ArrayList<>()))
        .map(fault -> fault.substring(fault.indexOf("->") + 3))
        .containsExactlyInAnyOrder(
            "java/lang/System.exit",
            "java/lang/Runtime.addShutdownHook",
            "java/lang/Thread.setDefaultUncaughtExceptionHandler",
            "java/util/logging/LogManager.getLogManager",
            "java/util/logging/LogManager.reset",
            "java/util/TimeZone.setDefault",
            "java/lang/System.setProperty",
            "java/lang/System.getProperties");
  }

  /** Does what a guest does not. */
  static final class Rude {
    void behave() {
      Runtime.getRuntime().addShutdownHook(Thread.currentThread());
      Thread.setDefaultUncaughtExceptionHandler((thread, e) -> System.exit(1));
      LogManager.getLogManager().reset();
      TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
      System.setProperty("user.timezone", "UTC");
      System.getProperties().put("user.language", "en");
    }
  }
}
