package io.millrace.core.codec.canal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alibaba.otter.canal.protocol.CanalEntry;
import com.alibaba.otter.canal.protocol.CanalPacket;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.Tso;
import io.millrace.api.codec.EventEncoder;
import io.millrace.core.codec.Encoded;
import io.millrace.core.codec.FakeChange;
import io.millrace.core.codec.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Canal against what TiCDC writes, and as Canal's own classes read it. */
final class CanalVectorsTest {
  private static final CanalEncoderProvider PROVIDER = new CanalEncoderProvider();

  @TestFactory
  List<DynamicTest> messages() {
    return Vectors.tests(
        "codec/canal.json",
        each -> {
          if (each.get("kind").asText().equals("canal-fields")) {
            checkFields(each);
          } else {
            check(each);
          }
        });
  }

  private static void check(JsonNode each) {
    List<Encoded> messages = Encoded.of(PROVIDER, each);
    assertThat(messages).hasSize(each.get("expect").size());
    for (int i = 0; i < messages.size(); i++) {
      JsonNode expected = each.get("expect").get(i);
      assertThat(messages.get(i).keyHex()).isEqualTo(expected.get("key_hex").asText());
      assertThat(messages.get(i).valueHex()).isEqualTo(expected.get("value_hex").asText());
      assertThat(entries(messages.get(i))).isNotEmpty();
    }
  }

  private static List<CanalEntry.RowChange> entries(Encoded message) {
    try {
      CanalPacket.Packet packet = CanalPacket.Packet.parseFrom(message.value().orElseThrow());
      List<CanalEntry.RowChange> changes = new ArrayList<>();
      for (ByteString each : CanalPacket.Messages.parseFrom(packet.getBody()).getMessagesList()) {
        CanalEntry.Entry entry = CanalEntry.Entry.parseFrom(each);
        assertThat(entry.getEntryType()).isEqualTo(CanalEntry.EntryType.ROWDATA);
        changes.add(CanalEntry.RowChange.parseFrom(entry.getStoreValue()));
      }
      return changes;
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("Canal cannot read it", e);
    }
  }

  private static void checkFields(JsonNode each) {
    EventEncoder encoder = Encoded.encoder(PROVIDER, Map.of());
    encoder.append(Vectors.change(each.get("event_inline")), new Tso(1));
    List<Encoded> messages = new ArrayList<>();
    encoder.drain(Encoded.into(messages));
    CanalEntry.RowChange change = entries(messages.get(0)).get(0);
    assertThat(change.getEventType().name()).isEqualTo(each.at("/expect/type").asText());
    assertThat(change.getIsDdl()).isEqualTo(each.at("/expect/is_ddl").asBoolean());
    JsonNode after = each.at("/expect/after");
    assertThat(change.getRowDatas(0).getAfterColumnsCount()).isEqualTo(after.size());
    for (int i = 0; i < after.size(); i++) {
      CanalEntry.Column column = change.getRowDatas(0).getAfterColumns(i);
      JsonNode expected = after.get(i);
      assertThat(column.getName()).isEqualTo(expected.get("name").asText());
      assertThat(column.getSqlType()).isEqualTo(expected.get("sqlType").asInt());
      assertThat(column.getIsKey()).isEqualTo(expected.get("isKey").asBoolean());
      assertThat(column.getIsNull()).isEqualTo(expected.get("isNull").asBoolean());
      assertThat(column.getUpdated()).isEqualTo(expected.get("updated").asBoolean());
      assertThat(column.getValue()).isEqualTo(expected.get("value").asText());
      assertThat(column.getMysqlType()).isEqualTo(expected.get("mysqlType").asText());
    }
  }

  @Test
  void aPacketEndsBeforeItIsTooLarge() {
    FakeChange row = Vectors.change(Vectors.event("composite-key-insert"));
    EventEncoder one = Encoded.encoder(PROVIDER, Map.of());
    one.append(row, new Tso(1L << 18));
    List<Encoded> messages = new ArrayList<>();
    one.drain(Encoded.into(messages));
    int size = messages.get(0).bytes() + 36;

    EventEncoder encoder =
        Encoded.encoder(PROVIDER, Map.of("max-message-bytes", Integer.toString(2 * size)));
    for (int i = 0; i < 5; i++) {
      encoder.append(row, new Tso(1L << 18));
    }
    messages.clear();
    encoder.drain(Encoded.into(messages));
    assertThat(messages).extracting(Encoded::rows).containsExactly(2, 2, 1);
    for (Encoded each : messages) {
      assertThat(each.bytes() + 36).isLessThanOrEqualTo(2 * size);
      assertThat(entries(each)).hasSize(each.rows());
    }
    EventEncoder tight =
        Encoded.encoder(PROVIDER, Map.of("max-message-bytes", Integer.toString(size - 1)));
    assertThatThrownBy(() -> tight.append(row, new Tso(1L << 18)))
        .isInstanceOfSatisfying(
            CdcException.class,
            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.MESSAGE_TOO_LARGE))
        .hasMessageContaining("table test.pair takes");
  }
}
