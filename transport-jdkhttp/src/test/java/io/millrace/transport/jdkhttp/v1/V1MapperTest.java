package io.millrace.transport.jdkhttp.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.RunningError;
import io.millrace.api.TableId;
import io.millrace.api.Tso;
import io.millrace.api.changefeed.ChangefeedDetail;
import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.changefeed.ChangefeedState;
import io.millrace.api.changefeed.ChangefeedSummary;
import io.millrace.api.changefeed.TaskStatus;
import io.millrace.api.changefeed.TaskStatus.Phase;
import io.millrace.api.changefeed.TaskStatus.TableOperation;
import io.millrace.api.cluster.ProcessorDetail;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class V1MapperTest {
  /** The sample of the API's documentation: 2021-08-10 06:04:54.242 in UTC. */
  private static final Tso SAMPLE = Tso.parse("426921294362574849");

  private static final RunningError ERROR =
      new RunningError(
          Instant.ofEpochMilli(1628575494242L), "10.0.0.1:8300", "CDC:ErrX", "it <failed>");

  private final V1Mapper mapper = new V1Mapper(ZoneId.of("Asia/Shanghai"));

  @Test
  void writesAListAsDocumented() {
    String json =
        Json.write(
            List.of(
                mapper.summary(
                    new ChangefeedSummary(
                        new ChangefeedId("test1"),
                        ChangefeedState.NORMAL,
                        SAMPLE,
                        Optional.empty())),
                mapper.summary(
                    new ChangefeedSummary(
                        new ChangefeedId("test2"),
                        ChangefeedState.FAILED,
                        Tso.MAX,
                        Optional.of(ERROR)))));
    assertThat(json)
        .isEqualTo(
            """
            [
                {
                    "id": "test1",
                    "state": "normal",
                    "checkpoint_tso": 426921294362574849,
                    "checkpoint_time": "2021-08-10 14:04:54.242",
                    "error": null
                },
                {
                    "id": "test2",
                    "state": "failed",
                    "checkpoint_tso": 18446744073709551615,
                    "checkpoint_time": "4199-11-24 09:22:57.663",
                    "error": {
                        "time": "2021-08-10T14:04:54.242+08:00",
                        "addr": "10.0.0.1:8300",
                        "code": "CDC:ErrX",
                        "message": "it <failed>"
                    }
                }
            ]""");
  }

  @Test
  void writesADetailAsDocumented() {
    ChangefeedSpec spec =
        ChangefeedSpec.builder("mysql://root:p%40ss@host/?x=1&token=abc").startTs(SAMPLE).build();
    Map<TableId, TableOperation> operations =
        Map.of(
            new TableId(9), new TableOperation(true, true, Tso.MAX, Phase.PROCESSED),
            new TableId(10), new TableOperation(false, false, Tso.ZERO, Phase.DISPATCHED),
            new TableId(11), new TableOperation(true, false, Tso.ZERO, Phase.FINISHED));
    String json =
        Json.write(
            mapper.detail(
                new ChangefeedDetail(
                    spec,
                    new ChangefeedId("test1"),
                    Instant.EPOCH,
                    ChangefeedState.NORMAL,
                    SAMPLE,
                    SAMPLE,
                    Optional.empty(),
                    List.of(Instant.ofEpochMilli(5), Instant.ofEpochMilli(7)),
                    "v0.1.0",
                    List.of(
                        new TaskStatus(
                            new CaptureId("c-1"),
                            List.of(new TableId(1), new TableId(2)),
                            operations)))));
    assertThat(json.replaceAll("\\s+", ""))
        .isEqualTo(
            """
            {"id":"test1","sink_uri":"mysql://root:xxxxx@host/?x=1&token=xxxxx",
             "create_time":"1970-01-0108:00:00.000","start_ts":426921294362574849,"target_ts":0,
             "checkpoint_tso":426921294362574849,"checkpoint_time":"2021-08-1014:04:54.242",
             "sort_engine":"unified","state":"normal","error":null,"error_history":[5,7],
             "creator_version":"v0.1.0","task_status":[{"capture_id":"c-1","table_ids":[1,2],
             "table_operations":{
               "10":{"done":false,"delete":false,"boundary_ts":0},
               "11":{"done":true,"delete":true,"boundary_ts":0,"status":2},
               "9":{"done":false,"delete":true,"flag":1,
                    "boundary_ts":18446744073709551615,"status":1}}}]}
            """
                .replaceAll("\\s+", ""));
  }

  @Test
  void writesNothingAsNullOrEmpty() {
    ChangefeedDetail quiet =
        new ChangefeedDetail(
            ChangefeedSpec.builder("blackhole://").build(),
            new ChangefeedId("a"),
            Instant.EPOCH,
            ChangefeedState.STOPPED,
            Tso.ZERO,
            Tso.ZERO,
            Optional.empty(),
            List.of(),
            "",
            List.of());
    assertThat(Json.write(mapper.detail(quiet)))
        .contains("\"error_history\": null", "\"task_status\": []", "\"creator_version\": \"\"")
        .contains("\"checkpoint_time\": \"1970-01-01 08:00:00.000\"");
    assertThat(Json.write(List.of())).isEqualTo("[]");
  }

  @Test
  void writesAProcessor() {
    assertThat(
            Json.write(
                mapper.processor(
                    new ProcessorDetail(
                        new Tso(3), new Tso(4), List.of(new TableId(2)), Optional.empty()))))
        .isEqualTo(
            """
            {
                "checkpoint_ts": 3,
                "resolved_ts": 4,
                "table_ids": [
                    2
                ],
                "error": null
            }""");
  }

  @Test
  void writesFlagsWithOneBlankAfterTheColon() {
    assertThat(Json.write(new Wire.Capture("c", false, "h:1")))
        .isEqualTo(
            """
            {
                "id": "c",
                "is_owner": false,
                "address": "h:1"
            }""");
  }
}
