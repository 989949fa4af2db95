package io.millrace.transport.jdkhttp.v1;

import static com.google.common.base.Ticker.systemTicker;
import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.assertError;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.sink.Recorded;
import io.millrace.testkit.sink.RecordingSink;
import io.millrace.testkit.source.ScriptedSource;
import io.millrace.testkit.store.FaultyStore;
import io.millrace.transport.jdkhttp.LiveServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The fixture of API v1, section 6: captures over one store in memory, an upstream with the tables
 * {@code test.t1} and {@code test.t2}, and the downstreams {@code blackhole://} and {@code
 * recording://}.
 */
final class Cluster implements AutoCloseable {
  /** Who is asked: C-253 wants the same answers from both. */
  enum Asked {
    /** The only capture. */
    OWNER,
    /** One of two captures, which is not the owner. */
    OTHER
  }

  static final TableName T1 = new TableName("test", "t1");
  static final TableName T2 = new TableName("test", "t2");
  static final TableName NOKEY = new TableName("test", "nokey");

  static final String MISSING = "ErrChangeFeedNotExists";
  static final String INVALID = "ErrAPIInvalidParam";
  static final String REFUSED = "ErrChangefeedUpdateRefused";

  private final MemoryStore memory = new MemoryStore(systemTicker());
  private final ScriptedSource source = new ScriptedSource(100, InstantSource.system());
  private final RecordingSink sink = new RecordingSink();
  private final List<LiveServer> servers = new ArrayList<>();
  private final List<FaultyStore> links = new ArrayList<>();
  private int rows;

  /** Starts the captures. */
  Cluster(Asked asked) {
    source.add(T1);
    source.add(T2);
    start();
    if (asked == Asked.OTHER) {
      start();
    }
  }

  /** Starts another capture. */
  LiveServer start() {
    FaultyStore link = new FaultyStore(memory.open());
    LiveServer server = LiveServer.start(source, sink, uri -> link);
    servers.add(server);
    links.add(link);
    return server;
  }

  /** Returns the capture that is asked: the last one that was started. */
  LiveServer server() {
    return servers.get(servers.size() - 1);
  }

  /** Returns a capture by its number, from 0. */
  LiveServer server(int number) {
    return servers.get(number);
  }

  /** Returns a capture's access to the store. */
  FaultyStore link(int number) {
    return links.get(number);
  }

  ScriptedSource source() {
    return source;
  }

  RecordingSink sink() {
    return sink;
  }

  // ---- the words of the cases

  /** Posts a body in which apostrophes stand for quotes. */
  HttpResponse<String> create(String body) {
    return server().post("/changefeeds", body.replace('\'', '"'));
  }

  /** Creates a changefeed to nowhere, with more keys. */
  HttpResponse<String> mk(String id, String more) {
    return create("{'changefeed_id':'" + id + "','sink_uri':'blackhole://'" + more + "}");
  }

  /** Creates a changefeed to nowhere. */
  void mk(String id) {
    assertEmpty(mk(id, ""), 202);
  }

  /** Creates a changefeed to the recording downstream. */
  void record(String id) {
    assertEmpty(create("{'changefeed_id':'" + id + "','sink_uri':'recording://'}"), 202);
  }

  /** Creates a changefeed that has reached its target. */
  void mkFinished(String id) {
    Tso start = Tso.of(Instant.now());
    assertEmpty(mk(id, ",'start_ts':" + start + ",'target_ts':" + start.next()), 202);
    server().untilState(id, "finished");
  }

  /** Creates a changefeed that rests. */
  void mkStopped(String id) {
    mk(id);
    assertEmpty(post(id, "pause"), 202);
    server().untilState(id, "stopped");
  }

  /** Creates a changefeed that fails at its downstream, which stays broken until mended. */
  void mkFailed(String id) {
    mkBroken(
        id,
        new CdcException(
            StandardErrorCode.DISPATCHER_FAILED, "no such column: a fault of the test"),
        "failed");
  }

  /** Creates a changefeed whose downstream does not answer until it is mended. */
  void mkInError(String id) {
    mkBroken(
        id,
        new CdcException(StandardErrorCode.CONSUMER_FAILED, "no answer: a fault of the test"),
        "error");
  }

  private void mkBroken(String id, RuntimeException with, String state) {
    record(id);
    server().until(() -> get(id), answer -> detail(answer).path("task_status").size() > 0);
    sink.fail(with);
    source.insert(++rows, T1);
    server().untilState(id, state);
  }

  HttpResponse<String> get(String id) {
    return server().get("/changefeeds/" + id);
  }

  HttpResponse<String> put(String id, String body) {
    return server().put("/changefeeds/" + id, body.replace('\'', '"'));
  }

  HttpResponse<String> post(String id, String what) {
    return server().post("/changefeeds/" + id + "/" + what, "");
  }

  HttpResponse<String> delete(String id) {
    return server().delete("/changefeeds/" + id);
  }

  static JsonNode detail(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  /** Waits until a changefeed's detail meets a condition. */
  JsonNode until(String id, Predicate<JsonNode> condition) {
    return json(server().until(() -> get(id), answer -> condition.test(detail(answer))));
  }

  Tso checkpoint(String id) {
    return Tso.parse(detail(get(id)).get("checkpoint_tso").asText());
  }

  /** Waits until a changefeed's checkpoint has passed all that is committed now. */
  void untilCaughtUp(String id) {
    Tso now = source.now().ts();
    until(id, detail -> Tso.parse(detail.get("checkpoint_tso").asText()).compareTo(now) >= 0);
  }

  /** Returns the ids of the tables of a changefeed, on whichever capture, as a sorted list. */
  static List<Long> tables(JsonNode detail) {
    List<Long> ids = new ArrayList<>();
    for (JsonNode task : detail.path("task_status")) {
      task.path("table_ids").forEach(each -> ids.add(each.longValue()));
    }
    return ids.stream().sorted().toList();
  }

  /** Returns what the recording downstream has of a kind, as {@code table:id}. */
  List<String> recorded(Recorded.Kind kind) {
    return sink.records().stream()
        .filter(each -> each.kind() == kind)
        .map(each -> each.table().table() + ":" + each.id())
        .toList();
  }

  /** Returns the ids of all changefeeds that a query lists. */
  List<String> ids(String query) {
    return json(server().get("/changefeeds" + query)).findValuesAsText("id");
  }

  void missing(HttpResponse<String> answer) {
    assertError(answer, 400, MISSING, "changefeed not exists, key: ");
  }

  /** Makes all work again and removes all changefeeds. */
  void clear() {
    sink.mend();
    source.mend();
    source.stall(false);
    for (String id : ids("?state=all")) {
      assertThat(delete(id).statusCode()).isEqualTo(202);
    }
    server().until(() -> server().get("/changefeeds?state=all"), it -> it.body().equals("[]"));
  }

  @Override
  public void close() {
    servers.forEach(LiveServer::close);
  }
}
