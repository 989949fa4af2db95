package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.transport.jdkhttp.LiveServer;
import io.millrace.transport.jdkhttp.v1.Cluster.Asked;
import io.millrace.transport.jdkhttp.v1.Linearizability.Call;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Twenty clients create, pause, resume, update, remove and look at the same changefeeds through two
 * captures: for each changefeed there is an order in which one that knows no concurrency would have
 * answered the same. In full (scale 10): 10,000 calls.
 */
class ConcurrentCommandsTest {
  private static final int CLIENTS = 20;
  private static final int CALLS = 50 * Integer.getInteger("millrace.scale", 1);
  private static final int FEEDS = 5;
  private static final int VERSIONS = 3;

  /** What can be asked of a changefeed. */
  private enum Verb {
    CREATE,
    PAUSE,
    RESUME,
    UPDATE,
    REMOVE,
    LOOK
  }

  /** Each as often as it is to be asked: what was removed is there again soon. */
  private static final List<Verb> MIX =
      List.of(
          Verb.CREATE,
          Verb.CREATE,
          Verb.CREATE,
          Verb.PAUSE,
          Verb.PAUSE,
          Verb.RESUME,
          Verb.UPDATE,
          Verb.UPDATE,
          Verb.UPDATE,
          Verb.REMOVE,
          Verb.LOOK,
          Verb.LOOK,
          Verb.LOOK);

  /** What is answered. */
  private enum Answer {
    DONE,
    MISSING,
    EXISTS,
    NOT_STOPPED,
    SAME,
    RUNS,
    RESTS
  }

  /** A call: what it was asked with or what it saw is a version of the sink URI. */
  private record Asking(Verb verb, Answer answer, int version) {}

  /** A changefeed as it should be; one that was removed may keep its id for a while. */
  private record Feed(boolean present, boolean running, int version, boolean wasThere) {
    static final Feed NEVER = new Feed(false, false, 0, false);

    Optional<Feed> after(Asking call) {
      return switch (call.verb()) {
        case CREATE -> created(call);
        case LOOK -> looked(call);
        default -> present ? changed(call) : only(call.answer() == Answer.MISSING);
      };
    }

    private Optional<Feed> only(boolean fits) {
      return fits ? Optional.of(this) : Optional.empty();
    }

    private Optional<Feed> created(Asking call) {
      if (call.answer() == Answer.EXISTS) {
        return only(present || wasThere);
      }
      return present || call.answer() != Answer.DONE
          ? Optional.empty()
          : Optional.of(new Feed(true, true, call.version(), true));
    }

    private Optional<Feed> looked(Asking call) {
      if (!present) {
        return only(call.answer() == Answer.MISSING);
      }
      Answer shown = running ? Answer.RUNS : Answer.RESTS;
      return only(call.answer() == shown && call.version() == version);
    }

    private Optional<Feed> changed(Asking call) {
      if (call.verb() == Verb.UPDATE) {
        if (running) {
          return only(call.answer() == Answer.NOT_STOPPED);
        }
        if (call.version() == version) {
          return only(call.answer() == Answer.SAME);
        }
      }
      if (call.answer() != Answer.DONE) {
        return Optional.empty();
      }
      return Optional.of(
          switch (call.verb()) {
            case PAUSE -> new Feed(true, false, version, true);
            case RESUME -> new Feed(true, true, version, true);
            case UPDATE -> new Feed(true, false, call.version(), true);
            default -> new Feed(false, false, 0, true);
          });
    }
  }

  private static Asking ask(LiveServer node, String id, Verb verb, int version) {
    String feed = "/changefeeds/" + id;
    String uri = "blackhole://?v=" + version;
    return switch (verb) {
      case CREATE ->
          command(
              node.post(
                  "/changefeeds",
                  "{\"changefeed_id\":\"" + id + "\",\"sink_uri\":\"" + uri + "\"}"),
              verb,
              version);
      case PAUSE -> command(node.post(feed + "/pause", ""), verb, 0);
      case RESUME -> command(node.post(feed + "/resume", ""), verb, 0);
      case UPDATE -> command(node.put(feed, "{\"sink_uri\":\"" + uri + "\"}"), verb, version);
      case REMOVE -> command(node.delete(feed), verb, 0);
      case LOOK -> looked(node.get(feed));
    };
  }

  private static Asking command(HttpResponse<String> answer, Verb verb, int version) {
    return new Asking(verb, answer.statusCode() == 202 ? Answer.DONE : refusal(answer), version);
  }

  private static Answer refusal(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    String message = json(answer).get("error_msg").textValue();
    if (message.startsWith("[CDC:ErrChangeFeedNotExists]")) {
      return Answer.MISSING;
    }
    if (message.startsWith("[CDC:ErrChangeFeedAlreadyExists]")) {
      return Answer.EXISTS;
    }
    assertThat(message).startsWith("[CDC:ErrChangefeedUpdateRefused]");
    return message.contains("config is the same") ? Answer.SAME : Answer.NOT_STOPPED;
  }

  private static Asking looked(HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      return new Asking(Verb.LOOK, refusal(answer), 0);
    }
    JsonNode feed = json(answer);
    String state = feed.get("state").textValue();
    assertThat(state).isIn("normal", "stopped");
    String uri = feed.get("sink_uri").textValue();
    return new Asking(
        Verb.LOOK,
        state.equals("normal") ? Answer.RUNS : Answer.RESTS,
        Integer.parseInt(uri.substring(uri.indexOf('=') + 1)));
  }

  private static Map<String, List<Call<Asking>>> history(Cluster cluster, long seed)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
    Map<String, List<Call<Asking>>> history = new HashMap<>();
    try {
      List<Future<Map<String, List<Call<Asking>>>>> clients = new ArrayList<>();
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < CLIENTS; i++) {
        SplittableRandom own = random.split();
        LiveServer node = cluster.server(i % 2);
        Callable<Map<String, List<Call<Asking>>>> client = () -> calls(node, own);
        clients.add(pool.submit(client));
      }
      for (Future<Map<String, List<Call<Asking>>>> each : clients) {
        each.get(5, TimeUnit.MINUTES)
            .forEach(
                (id, calls) -> history.computeIfAbsent(id, k -> new ArrayList<>()).addAll(calls));
      }
    } finally {
      pool.shutdownNow();
    }
    return history;
  }

  private static Map<String, List<Call<Asking>>> calls(LiveServer node, SplittableRandom random) {
    Map<String, List<Call<Asking>>> calls = new HashMap<>();
    for (int i = 0; i < CALLS; i++) {
      String id = "feed" + random.nextInt(FEEDS);
      Verb verb = MIX.get(random.nextInt(MIX.size()));
      int version = 1 + random.nextInt(VERSIONS);
      long begin = System.nanoTime();
      Asking asking = ask(node, id, verb, version);
      calls
          .computeIfAbsent(id, k -> new ArrayList<>())
          .add(new Call<>(begin, System.nanoTime(), asking));
    }
    return calls;
  }

  @Test
  void answersCouldHaveBeenGivenOneAfterAnother() throws Exception {
    long seed = System.nanoTime();
    Map<String, List<Call<Asking>>> history;
    try (Cluster cluster = new Cluster(Asked.OTHER)) {
      history = history(cluster, seed);
    }
    Map<Answer, Integer> answers = new HashMap<>();
    for (Map.Entry<String, List<Call<Asking>>> feed : history.entrySet()) {
      feed.getValue().forEach(it -> answers.merge(it.answered().answer(), 1, Integer::sum));
      assertThat(Linearizability.fits(Feed::after, Feed.NEVER, feed.getValue()))
          .as("seed %d, %s: %s", seed, feed.getKey(), feed.getValue())
          .isTrue();
    }
    System.out.println("concurrent commands: " + answers);
    assertThat(answers.keySet()).as("every answer was met").contains(Answer.values());
  }

  /** A pause that was answered, and a look that began later and still shows it running. */
  @Test
  void aStaleLookDoesNotFit() {
    List<Call<Asking>> history =
        List.of(
            new Call<>(1, 2, new Asking(Verb.CREATE, Answer.DONE, 1)),
            new Call<>(3, 4, new Asking(Verb.PAUSE, Answer.DONE, 0)),
            new Call<>(5, 6, new Asking(Verb.LOOK, Answer.RUNS, 1)));
    assertThat(Linearizability.fits(Feed::after, Feed.NEVER, history)).isFalse();
    List<Call<Asking>> overlapping = new ArrayList<>(history);
    overlapping.set(1, new Call<>(3, 9, history.get(1).answered()));
    assertThat(Linearizability.fits(Feed::after, Feed.NEVER, overlapping)).isTrue();
  }

  /** Two creations of one id, both accepted. */
  @Test
  void aLostGuardDoesNotFit() {
    List<Call<Asking>> history =
        List.of(
            new Call<>(1, 5, new Asking(Verb.CREATE, Answer.DONE, 1)),
            new Call<>(2, 4, new Asking(Verb.CREATE, Answer.DONE, 2)),
            new Call<>(6, 7, new Asking(Verb.LOOK, Answer.RUNS, 2)));
    assertThat(Linearizability.fits(Feed::after, Feed.NEVER, history)).isFalse();
  }
}
