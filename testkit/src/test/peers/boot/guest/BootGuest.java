package guest;

import io.millrace.api.ChangefeedId;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.Changes;
import io.millrace.core.CdcService;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A program on Spring Boot that embeds Millrace as a bean and answers of it over HTTP. */
@SpringBootApplication
@RestController
public class BootGuest {
  private final CdcService changes = service();

  private static CdcService service() {
    return CdcService.builder()
        .upstream("datagen:?rate=50")
        .consumer("boot", Changes::ack)
        .build();
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  CdcService changes() {
    return changes;
  }

  /** Answers how the changefeed is. */
  @GetMapping("/feed")
  String feed() {
    ChangefeedId id =
        changes.ensure(ChangefeedSpec.builder("consumer://boot").id("boot").build());
    changes.awaitCaughtUp(id, Duration.ofSeconds(60));
    return "feed is " + changes.changefeed(id).state();
  }

  /** Starts the program, asks it once, and ends it. */
  public static void main(String[] arguments) throws Exception {
    try (var context =
        (ServletWebServerApplicationContext)
            SpringApplication.run(
                BootGuest.class, "--server.port=0", "--server.address=127.0.0.1")) {
      int port = context.getWebServer().getPort();
      try (InputStream in =
          URI.create("http://127.0.0.1:" + port + "/feed").toURL().openStream()) {
        System.out.println(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    long left =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("millrace-"))
            .count();
    System.out.println("threads left: " + left);
  }
}
