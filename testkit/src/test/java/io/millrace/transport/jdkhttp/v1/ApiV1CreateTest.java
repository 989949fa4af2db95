package io.millrace.transport.jdkhttp.v1;

import static io.millrace.transport.jdkhttp.LiveServer.assertEmpty;
import static io.millrace.transport.jdkhttp.LiveServer.json;
import static io.millrace.transport.jdkhttp.v1.Cluster.detail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.api.Tso;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Creating changefeeds, accepted: API v1, 6.3. */
class ApiV1CreateTest extends ApiV1Cases {
  @Override
  @AfterEach
  void clear() {
    cluster.source().dropUnlogged(Cluster.NOKEY);
    super.clear();
  }

  private static String id(HttpResponse<String> created) {
    String location = created.headers().firstValue("location").orElse("");
    assertThat(location).startsWith("/api/v1/changefeeds/");
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static void accepts(String more) {
    assertEmpty(cluster.create("{'sink_uri':'blackhole://'," + more + "}"), 202);
  }

  @Test
  void c051And052ShowsANewOneAtOnce() {
    Instant before = Instant.now().minusSeconds(5);
    cluster.mk("test5");
    assertThat(cluster.ids("")).containsExactly("test5");
    JsonNode feed = detail(cluster.get("test5"));
    assertThat(Tso.parse(feed.get("start_ts").asText()).instant())
        .isBetween(before, Instant.now().plusSeconds(1));
    assertThat(feed.get("target_ts").asText()).isEqualTo("0");
    assertThat(feed.get("sort_engine").textValue()).isEqualTo("unified");
    assertThat(feed.get("state").textValue()).isEqualTo("normal");
    assertThat(feed.get("error").isNull()).isTrue();
    assertThat(feed.get("error_history").isNull()).isTrue();
    assertThat(feed.get("sink_uri").textValue()).isEqualTo("blackhole://");
    assertThat(feed.get("creator_version").textValue()).isEqualTo("v1.2.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'changefeed_id':'',", "'changefeed_id':null,"})
  void c053To055MakesAnIdUp(String id) {
    HttpResponse<String> created = cluster.create("{" + id + "'sink_uri':'blackhole://'}");
    assertEmpty(created, 202);
    assertThat(id(created)).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(detail(cluster.get(id(created))).get("id").textValue()).isEqualTo(id(created));
  }

  @Test
  void c056KeepsAGivenStart() {
    Tso start = Tso.of(Instant.now().minusSeconds(1));
    assertEmpty(cluster.mk("a", ",'start_ts':" + start), 202);
    assertThat(cluster.get("a").body()).contains("\"start_ts\": " + start + ",");
  }

  @Test
  void c057StartsNowWhereTheStartIsZero() {
    Instant before = Instant.now().minusSeconds(5);
    assertEmpty(cluster.mk("a", ",'start_ts':0"), 202);
    assertThat(Tso.parse(detail(cluster.get("a")).get("start_ts").asText()).instant())
        .isAfter(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551615", "9223372036854775808"})
  void c058And059ShowsTargetsInFullDigits(String target) {
    assertEmpty(cluster.mk("a", ",'target_ts':" + target), 202);
    assertThat(cluster.get("a").body()).contains("\"target_ts\": " + target + ",");
  }

  @Test
  void c060TakesATargetRightAfterTheStart() {
    cluster.mkFinished("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'ignore_txn_start_ts':[1, 2, 18446744073709551615]",
        "'ignore_txn_start_ts':[],'filter_rules':[]",
        "'filter_rules':['foo*.*','bar*.*']",
      })
  void c061To063TakesListsAndRules(String more) {
    accepts(more);
  }

  @Test
  void c064TakesEveryFormOfRule() {
    String rules = "[\"*.*\", \"!test.t1\", \"/^db[0-9]+$/.*\", \"`a.b`.`c`\", \"\\\"x y\\\".*\"]";
    assertEmpty(
        cluster
            .server()
            .post("/changefeeds", "{\"sink_uri\":\"blackhole://\",\"filter_rules\":" + rules + "}"),
        202);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32})
  void c065TakesNumbersOfMounters(int number) {
    accepts("'mounter_worker_num':" + number);
  }

  @Test
  void c066ForcesATableWithoutAKey() {
    cluster.source().addWithoutKey(Cluster.NOKEY);
    assertEmpty(cluster.mk("a", ",'force_replicate':true"), 202);
    cluster.until("a", feed -> Cluster.tables(feed).equals(List.of(1L, 2L, 3L)));
  }

  @Test
  void c067LeavesATableWithoutAKeyOut() {
    cluster.source().addWithoutKey(Cluster.NOKEY);
    assertEmpty(cluster.mk("a", ",'ignore_ineligible_table':true"), 202);
    cluster.until("a", feed -> Cluster.tables(feed).equals(List.of(1L, 2L)));
    Tso seen = cluster.checkpoint("a");
    JsonNode later = cluster.until("a", feed -> cluster.checkpoint("a").isAfter(seen));
    assertThat(Cluster.tables(later)).containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"protocal", "protocol"})
  void c068And069TakesTheDocumentsConfiguration(String protocol) {
    accepts(
        "'sink_config':{'dispatchers':[{'matcher':['test1.*','test2.*'],'dispatcher':'ts'},"
            + "{'matcher':['test3.*','test4.*'],'dispatcher':'rowid'}],'"
            + protocol
            + "':'canal-json'}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'protocol':'canal-json','protocal':'nonsense'}", "{}", "null"})
  void c070And071TakesConfigurations(String config) {
    accepts("'sink_config':" + config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "ts", "rowid", "table", "index-value", "TS"})
  void c072TakesEveryDispatcher(String name) {
    accepts("'sink_config':{'dispatchers':[{'matcher':['a.*'],'dispatcher':'" + name + "'}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "system", "UTC", "Asia/Shanghai"})
  void c073TakesTimeZones(String name) {
    accepts("'timezone':'" + name + "'");
  }

  @Test
  void c074DoesNotLookAtUnknownKeys() {
    accepts("'unknown':{'x':[1]},'sink_config':{'unknown':1.5,'more':[{}]}");
  }

  @Test
  void c075TakesEveryOptionalKeyAsNull() {
    accepts(
        "'changefeed_id':null,'start_ts':null,'target_ts':null,'timezone':null,"
            + "'force_replicate':null,'ignore_ineligible_table':null,'filter_rules':null,"
            + "'ignore_txn_start_ts':null,'mounter_worker_num':null,'sink_config':null");
  }

  @Test
  void c076TakesKeysInUpperCase() {
    assertEmpty(cluster.create("{'CHANGEFEED_ID':'up','SINK_URI':'blackhole://'}"), 202);
    assertThat(detail(cluster.get("up")).get("id").textValue()).isEqualTo("up");
  }

  @Test
  void c077TakesTheLastOfDuplicateKeys() {
    assertEmpty(
        cluster.create("{'sink_uri':'bad://','sink_uri':'blackhole://','changefeed_id':'d'}"), 202);
    assertThat(detail(cluster.get("d")).get("sink_uri").textValue()).isEqualTo("blackhole://");
  }

  @Test
  void c078TakesAnIdOf128CharactersInAllPaths() {
    String id = "a".repeat(128);
    cluster.mk(id);
    cluster.until(id, feed -> feed.path("task_status").size() > 0);
    String capture = detail(cluster.get(id)).at("/task_status/0/capture_id").textValue();
    detail(cluster.server().get("/processors/" + id + "/" + capture));
    assertEmpty(cluster.post(id, "tables/rebalance_table"), 202);
    assertEmpty(cluster.post(id, "pause"), 202);
    assertEmpty(cluster.put(id, "{'mounter_worker_num':3}"), 202);
    assertEmpty(cluster.post(id, "resume"), 202);
    assertEmpty(cluster.delete(id), 202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "A", "a-1-B", "123E4567-E89B-12D3-A456-426614174000"})
  void c079TakesIds(String id) {
    cluster.mk(id);
    assertThat(detail(cluster.get(id)).get("id").textValue()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BLACKHOLE://", "blackhole:///?unknown=1"})
  void c080And081TakesSinkUris(String uri) {
    assertEmpty(cluster.create("{'changefeed_id':'a','sink_uri':'" + uri + "'}"), 202);
    assertThat(detail(cluster.get("a")).get("sink_uri").textValue()).isEqualTo(uri);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'namespace':'default'",
        "'\\u6d4b':'\\u8bd5','filter_rules':['\u6d4b\u8bd5.*']",
        "'start_ts':-0",
      })
  void c082To084TakesWhatElseMayCome(String more) {
    accepts(more);
  }

  @Test
  void c085StartsAnewUnderAFreedId() {
    cluster.mk("a");
    cluster.untilCaughtUp("a");
    assertEmpty(cluster.delete("a"), 202);
    Tso start = Tso.of(Instant.now().minusSeconds(60));
    cluster
        .server()
        .until(() -> cluster.mk("a", ",'start_ts':" + start), answer -> answer.statusCode() == 202);
    assertThat(cluster.get("a").body()).contains("\"start_ts\": " + start + ",");
  }

  @Test
  void replicatesToFiles(@TempDir Path directory) {
    assertEmpty(
        cluster.create(
            "{'changefeed_id':'files','sink_uri':'file://%s?protocol=canal-json&flush-interval=50ms'}"
                .formatted(directory)),
        202);
    Path metadata = directory.resolve("metadata");
    cluster.server().until(() -> cluster.get("files"), answer -> Files.exists(metadata));
    assertEmpty(cluster.delete("files"), 202);
    cluster.missing(cluster.get("files"));
    // its name is free once nothing writes any more
    cluster.mk("files");
    assertThat(json(cluster.get("files")).get("sink_uri").textValue()).isEqualTo("blackhole://");
  }
}
