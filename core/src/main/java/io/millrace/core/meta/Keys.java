package io.millrace.core.meta;

import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.TableId;

/**
 * The keys of one cluster, all below {@code /millrace/<cluster>/}.
 *
 * @param cluster the cluster's name, without slashes
 */
public record Keys(String cluster) {
  static final String CAPTURE = "capture/";
  static final String OWNER = "owner/";
  static final String UPSTREAM = "upstream";
  static final String ROUND = "round";
  static final String DRAIN = "drain/";
  static final String CHANGEFEED = "changefeed/";
  static final String SPEC = "spec";
  static final String STATUS = "status";
  static final String SCHEMA = "schema/";
  static final String TASK = "task/";
  static final String POSITION = "position/";
  static final String COMMAND = "command/";
  static final String HOLD = "hold";
  static final String VERIFICATION = "verification";

  /** Returns what all keys begin with. */
  public String prefix() {
    return "/millrace/" + cluster + "/";
  }

  /** Returns the key of a live capture. */
  public String capture(CaptureId id) {
    return prefix() + CAPTURE + id;
  }

  /** Returns the key of a candidate for the owner. */
  public String owner(CaptureId id) {
    return prefix() + OWNER + id;
  }

  /** Returns what the keys of all candidates begin with. */
  public String owners() {
    return prefix() + OWNER;
  }

  /** Returns the key by which a capture is to be emptied of tables. */
  public String drain(CaptureId id) {
    return prefix() + DRAIN + id;
  }

  /** Returns the key of what is known of the upstream. */
  public String upstream() {
    return prefix() + UPSTREAM;
  }

  /** Returns the key of the owner's last round. */
  public String round() {
    return prefix() + ROUND;
  }

  /** Returns what the keys of a changefeed begin with. */
  public String changefeed(ChangefeedId id) {
    return prefix() + CHANGEFEED + id + "/";
  }

  /** Returns the key of what is wanted of a changefeed. */
  public String spec(ChangefeedId id) {
    return changefeed(id) + SPEC;
  }

  /** Returns the key of how a changefeed is. */
  public String status(ChangefeedId id) {
    return changefeed(id) + STATUS;
  }

  /** Returns the key of one table of a changefeed. */
  public String schema(ChangefeedId id, TableId table) {
    return changefeed(id) + SCHEMA + table;
  }

  /** Returns the key of what a capture is to do for a changefeed. */
  public String task(ChangefeedId id, CaptureId capture) {
    return changefeed(id) + TASK + capture;
  }

  /** Returns the key of how far a capture is with a changefeed. */
  public String position(ChangefeedId id, CaptureId capture) {
    return changefeed(id) + POSITION + capture;
  }

  /** Returns the key of where a changefeed's processors are to wait. */
  public String hold(ChangefeedId id) {
    return changefeed(id) + HOLD;
  }

  /** Returns the key of a changefeed's last verification. */
  public String verification(ChangefeedId id) {
    return changefeed(id) + VERIFICATION;
  }

  /**
   * Returns the key of a command about a changefeed's tables.
   *
   * @param number commands are followed in the order of their numbers
   */
  public String command(ChangefeedId id, long number) {
    return changefeed(id) + COMMAND + number;
  }
}
