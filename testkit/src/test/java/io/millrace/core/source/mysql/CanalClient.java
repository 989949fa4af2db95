package io.millrace.core.source.mysql;

import com.alibaba.otter.canal.protocol.CanalEntry;
import com.alibaba.otter.canal.protocol.CanalPacket;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.api.event.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Canal's own client classes. */
final class CanalClient implements ForeignReader {
  @Override
  public String protocol() {
    return "canal";
  }

  @Override
  public Map<String, String> params() {
    return Map.of();
  }

  @Override
  public List<Image> read(Message message) {
    List<Image> images = new ArrayList<>();
    try {
      CanalPacket.Packet packet = CanalPacket.Packet.parseFrom(message.value().orElseThrow());
      for (ByteString each : CanalPacket.Messages.parseFrom(packet.getBody()).getMessagesList()) {
        CanalEntry.Entry entry = CanalEntry.Entry.parseFrom(each);
        CanalEntry.RowChange change = CanalEntry.RowChange.parseFrom(entry.getStoreValue());
        for (CanalEntry.RowData row : change.getRowDatasList()) {
          addImages(change.getEventType(), row, images);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return images;
  }

  private static void addImages(
      CanalEntry.EventType type, CanalEntry.RowData row, List<Image> images) {
    boolean update = type == CanalEntry.EventType.UPDATE;
    if (update || type == CanalEntry.EventType.DELETE) {
      images.add(new Image(update ? "-U" : "-D", values(row.getBeforeColumnsList())));
    }
    if (update || type == CanalEntry.EventType.INSERT) {
      images.add(new Image(update ? "+U" : "+I", values(row.getAfterColumnsList())));
    }
  }

  private static Map<String, Optional<String>> values(List<CanalEntry.Column> columns) {
    Map<String, Optional<String>> values = new HashMap<>();
    for (CanalEntry.Column each : columns) {
      values.put(
          each.getName(), each.getIsNull() ? Optional.empty() : Optional.of(each.getValue()));
    }
    return values;
  }

  @Override
  public Optional<String> wanted(Column column, Cell cell) {
    return Optional.of(ForeignReader.latin1(column, cell));
  }
}
