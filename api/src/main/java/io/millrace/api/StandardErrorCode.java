package io.millrace.api;

import java.util.Optional;

/**
 * Millrace's own error codes. Codes are never renamed and never used again for something else.
 *
 * <p><i>Source:</i> TiCDC's error catalogue for the names it has; the rest keep its form {@code
 * CDC:Err<Name>}.
 */
public enum StandardErrorCode implements ErrorCode {
  /** A request that cannot be understood. */
  API_INVALID_PARAM("ErrAPIInvalidParam", Kind.INVALID, false),
  /** A call that needs credentials came without them. */
  CREDENTIAL_NOT_FOUND("ErrCredentialNotFound", Kind.UNAUTHENTICATED, false),
  /** The credentials of a call are not known. */
  UNAUTHORIZED("ErrUnauthorized", Kind.UNAUTHENTICATED, false),
  /** A caller's role does not include what it asks for. */
  PERMISSION_DENIED("ErrPermissionDenied", Kind.FORBIDDEN, false),
  /**
   * A browser sends a request on behalf of another site, or to a name that is not this server's.
   */
  CROSS_SITE_REQUEST("ErrCrossSiteRequest", Kind.FORBIDDEN, false),
  /** No such changefeed. */
  CHANGEFEED_NOT_EXISTS("ErrChangeFeedNotExists", Kind.MISSING, false),
  /** The id is in use. */
  CHANGEFEED_ALREADY_EXISTS("ErrChangeFeedAlreadyExists", Kind.CONFLICT, false),
  /** An update that the changefeed's state or the contents forbid. */
  CHANGEFEED_UPDATE_REFUSED("ErrChangefeedUpdateRefused", Kind.CONFLICT, false),
  /** No progress for so long that trying on makes no sense. */
  CHANGEFEED_UNRETRYABLE("ErrChangefeedUnretryable", Kind.INTERNAL, false),
  /** The upstream goes on and the changefeed's checkpoint does not; it is still being tried. */
  CHANGEFEED_STALLED("ErrChangefeedStalled", Kind.INTERNAL, true),
  /** The changefeed's state keeps it from what is waited for. */
  CHANGEFEED_ABNORMAL_STATE("ErrChangefeedAbnormalState", Kind.CONFLICT, false),
  /** What was waited for did not come in time. */
  AWAIT_TIMEOUT("ErrAwaitTimeout", Kind.UNAVAILABLE, true),
  /** No such capture. */
  CAPTURE_NOT_EXIST("ErrCaptureNotExist", Kind.MISSING, false),
  /** The target ts is not after the start ts. */
  TARGET_TS_BEFORE_START_TS("ErrTargetTsBeforeStartTs", Kind.INVALID, false),
  /** The upstream no longer has the history from the start ts. */
  START_TS_BEFORE_GC("ErrStartTsBeforeGC", Kind.INVALID, false),
  /** The upstream threw history away that a changefeed still needed. */
  SNAPSHOT_LOST_BY_GC("ErrSnapshotLostByGC", Kind.INTERNAL, false),
  /** A table that matches the rules cannot be replicated. */
  TABLE_INELIGIBLE("ErrTableIneligible", Kind.INVALID, false),
  /** A filter rule does not parse. */
  FILTER_RULE_INVALID("ErrFilterRuleInvalid", Kind.INVALID, false),
  /** A rename brings a table into the filter whose old name was outside. */
  SYNC_RENAME_TABLE_FAILED("ErrSyncRenameTableFailed", Kind.INTERNAL, false),
  /** An event filter names an unknown event type. */
  INVALID_IGNORE_EVENT_TYPE("ErrInvalidIgnoreEventType", Kind.INVALID, false),
  /** The time zone is unknown. */
  LOAD_TIMEZONE("ErrLoadTimezone", Kind.INVALID, false),
  /** The request conflicts with the scheduler's state. */
  SCHEDULER_REQUEST_FAILED("ErrSchedulerRequestFailed", Kind.CONFLICT, true),
  /** As {@link #SCHEDULER_REQUEST_FAILED}, but the same request will do later. */
  SCHEDULER_BUSY("ErrSchedulerRequestFailed", Kind.UNAVAILABLE, true),
  /** The upstream and the downstream are one server. */
  SAME_UPSTREAM_DOWNSTREAM("ErrSameUpstreamDownstream", Kind.INVALID, false),
  /** Nobody is the owner now. */
  OWNER_NOT_FOUND("ErrOwnerNotFound", Kind.INTERNAL, true),
  /** The owner has not decided anything for too long. */
  CLUSTER_IS_UNHEALTHY("ErrClusterIsUnhealthy", Kind.INTERNAL, true),
  /** The node starts or stops. */
  SERVER_IS_NOT_READY("ErrServerIsNotReady", Kind.UNAVAILABLE, true),
  /** The metadata store or the upstream's clock does not answer. */
  PD_ETCD_API_ERROR("ErrPDEtcdAPIError", Kind.INTERNAL, true),
  /** An unexpected failure. */
  INTERNAL_SERVER_ERROR("ErrInternalServerError", Kind.INTERNAL, true),
  /** An unexpected failure in the owner. */
  OWNER_UNKNOWN("ErrOwnerUnknown", Kind.INTERNAL, true),
  /** An unexpected failure in a processor. */
  PROCESSOR_UNKNOWN("ErrProcessorUnknown", Kind.INTERNAL, true),
  /** A schema change failed downstream. */
  EXEC_DDL_FAILED("ErrExecDDLFailed", Kind.INTERNAL, true),
  /** The sink URI or one of its parameters is wrong. */
  SINK_URI_INVALID("ErrSinkURIInvalid", Kind.INVALID, false),
  /** The sink configuration is wrong. */
  SINK_INVALID_CONFIG("ErrSinkInvalidConfig", Kind.INVALID, false),
  /** No encoder has this name. */
  SINK_UNKNOWN_PROTOCOL("ErrSinkUnknownProtocol", Kind.INVALID, false),
  /** A file sink's parameter is wrong. */
  STORAGE_SINK_INVALID_CONFIG("ErrStorageSinkInvalidConfig", Kind.INVALID, false),
  /** The date separator is none of {@code none, year, month, day}. */
  STORAGE_SINK_INVALID_DATE_SEPARATOR("ErrStorageSinkInvalidDateSeparator", Kind.INVALID, false),
  /** The file sink's directory cannot be made. */
  FILE_SINK_CREATE_DIR("ErrFileSinkCreateDir", Kind.INVALID, true),
  /** The file sink cannot write. */
  FILE_SINK_FILE_OP("ErrFileSinkFileOp", Kind.INVALID, true),
  /** A dispatch rule does not fit a table: an index or a column is missing. */
  DISPATCHER_FAILED("ErrDispatcherFailed", Kind.INVALID, false),
  /** A column selector leaves out all keys of a table. */
  COLUMN_SELECTOR_FAILED("ErrColumnSelectorFailed", Kind.INVALID, false),
  /** A Kafka sink's parameter is wrong. */
  KAFKA_INVALID_CONFIG("ErrKafkaInvalidConfig", Kind.INVALID, false),
  /** The number of partitions is not positive, or more than the topic has. */
  KAFKA_INVALID_PARTITION_NUM("ErrKafkaInvalidPartitionNum", Kind.INVALID, false),
  /** A client id has characters that it must not have. */
  KAFKA_INVALID_CLIENT_ID("ErrKafkaInvalidClientID", Kind.INVALID, false),
  /** A Kafka version is not written as one. */
  KAFKA_INVALID_VERSION("ErrKafkaInvalidVersion", Kind.INVALID, false),
  /** The number of acknowledgements is none of -1, 0, 1. */
  KAFKA_INVALID_REQUIRED_ACKS("ErrKafkaInvalidRequiredAcks", Kind.INVALID, false),
  /** The brokers cannot be reached, or refuse to serve. */
  KAFKA_NEW_PRODUCER("ErrKafkaNewProducer", Kind.INVALID, true),
  /** A topic cannot be created or asked about. */
  KAFKA_CREATE_TOPIC("ErrKafkaCreateTopic", Kind.INVALID, true),
  /** The brokers did not take messages in time, or another writer has taken over. */
  KAFKA_SEND_MESSAGE("ErrKafkaSendMessage", Kind.INTERNAL, true),
  /** A topic expression is wrong. */
  KAFKA_TOPIC_EXPR_INVALID("ErrKafkaTopicExprInvalid", Kind.INVALID, false),
  /** The parameters of avro do not suffice, such as a schema registry that is missing. */
  PREPARE_AVRO_FAILED("ErrPrepareAvroFailed", Kind.INVALID, false),
  /** The schema registry refuses a schema. */
  AVRO_SCHEMA_API_ERROR("ErrAvroSchemaAPIError", Kind.INVALID, true),
  /** A protocol's parameters are wrong. */
  CODEC_INVALID_CONFIG("ErrCodecInvalidConfig", Kind.INVALID, false),
  /** The protocol has no message of this type of schema change. */
  DDL_UNSUPPORTED_TYPE("ErrDDLUnsupportType", Kind.INTERNAL, false),
  /** An event cannot be put in the protocol's form. */
  ENCODE_FAILED("ErrEncodeFailed", Kind.INTERNAL, false),
  /** One message would be larger than allowed. */
  MESSAGE_TOO_LARGE("ErrMessageTooLarge", Kind.INTERNAL, false),
  /** A MySQL sink's parameter is wrong. */
  MYSQL_INVALID_CONFIG("ErrMySQLInvalidConfig", Kind.INVALID, false),
  /** A MySQL server cannot be reached. */
  MYSQL_CONNECTION_ERROR("ErrMySQLConnectionError", Kind.INVALID, true),
  /** A MySQL server refuses rows, or has no place for them. */
  MYSQL_QUERY_ERROR("ErrMySQLQueryError", Kind.INVALID, false),
  /** Rows could not be written to a MySQL server for now. */
  MYSQL_TXN_ERROR("ErrMySQLTxnError", Kind.INVALID, true),
  /** A row is in a MySQL server already that should not be there. */
  MYSQL_DUPLICATE_ENTRY("ErrMySQLDuplicateEntry", Kind.INVALID, false),
  /** Upstream or sink cannot be compared. */
  VERIFY_UNSUPPORTED("ErrVerifyUnsupported", Kind.INVALID, false),
  /** The changefeed is being verified already. */
  VERIFY_RUNNING("ErrVerifyRunning", Kind.CONFLICT, true),
  /** A verification could not go on. */
  VERIFY_FAILED("ErrVerifyFailed", Kind.INTERNAL, true),

  /** A scheme needs a library that is not on the class path. */
  CONNECTOR_MISSING("ErrConnectorMissing", Kind.INVALID, false),
  /** The upstream URI or one of its parameters is wrong. */
  SOURCE_URI_INVALID("ErrSourceURIInvalid", Kind.INVALID, false),
  /** The upstream's settings or grants do not allow reading its log. */
  SOURCE_SETTINGS("ErrSourceSettings", Kind.INVALID, false),
  /** The upstream does not answer. */
  SOURCE_UNAVAILABLE("ErrSourceUnavailable", Kind.UNAVAILABLE, true),
  /** The upstream is another server than before, or its log was reset. */
  SOURCE_CHANGED("ErrSourceChanged", Kind.INTERNAL, false),
  /** Another replica of the upstream uses this reader's server id. */
  SOURCE_SERVER_ID_CLASH("ErrSourceServerIdClash", Kind.INTERNAL, true),
  /** A part of the upstream's log cannot be decoded. */
  SOURCE_UNREADABLE("ErrSourceUnreadable", Kind.INTERNAL, false),
  /** Rows cannot be decoded because their table's definition at that position is not known. */
  SOURCE_SCHEMA_UNKNOWN("ErrSourceSchemaUnknown", Kind.INTERNAL, false),
  /** An XA transaction was committed whose PREPARE lies before the start. */
  SOURCE_XA_LOST("ErrSourceXALost", Kind.INTERNAL, false),
  /** The store URI is wrong. */
  STORE_URI_INVALID("ErrStoreURIInvalid", Kind.INVALID, false),
  /** The store is in use by another process. */
  STORE_LOCKED("ErrStoreLocked", Kind.UNAVAILABLE, true),
  /** The store no longer has the changes after the revision asked for; read again. */
  STORE_COMPACTED("ErrStoreCompacted", Kind.INTERNAL, true),
  /** The store failed. */
  STORE_FAILED("ErrStoreFailed", Kind.INTERNAL, true),
  /** A transaction is larger than every store accepts. */
  STORE_TXN_TOO_LARGE("ErrStoreTxnTooLarge", Kind.INTERNAL, false),
  /** A lease ran out. */
  LEASE_LOST("ErrLeaseLost", Kind.UNAVAILABLE, true),
  /** Downstream holds progress of a later assignment of the same table. */
  EPOCH_BEHIND("ErrEpochBehind", Kind.INTERNAL, false),
  /** No consumer of this name was given to the builder of this node. */
  CONSUMER_NOT_EXISTS("ErrConsumerNotExists", Kind.INVALID, false),
  /** A consumer's callback threw. */
  CONSUMER_FAILED("ErrConsumerFailed", Kind.INTERNAL, true);

  private static final String PREFIX = "CDC:";

  private final String code;
  private final Kind kind;
  private final boolean retryable;

  StandardErrorCode(String name, Kind kind, boolean retryable) {
    this.code = PREFIX + name;
    this.kind = kind;
    this.retryable = retryable;
  }

  /** Returns the constant of a code such as {@code CDC:ErrOwnerNotFound}, or empty. */
  public static Optional<StandardErrorCode> of(String code) {
    for (StandardErrorCode each : values()) {
      if (each.code.equals(code)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public boolean retryable() {
    return retryable;
  }
}
