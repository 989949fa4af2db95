package io.millrace.transport.jdkhttp.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import io.millrace.transport.jdkhttp.route.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorObjectsTest {
  @Test
  void writesTheTwoKeysInTheirOrder() {
    Response response =
        ErrorObjects.of(
            new CdcException(
                StandardErrorCode.CHANGEFEED_NOT_EXISTS, "changefeed not exists, key: test1"));
    assertThat(response)
        .isEqualTo(
            new Response(
                400,
                Map.of("Content-Type", "application/json; charset=utf-8"),
                """
                {
                    "error_msg": "[CDC:ErrChangeFeedNotExists]changefeed not exists, key: test1",
                    "error_code": "CDC:ErrChangeFeedNotExists"
                }"""));
  }

  @ParameterizedTest
  @CsvSource({
    "API_INVALID_PARAM, 400",
    "CAPTURE_NOT_EXIST, 400",
    "CHANGEFEED_ALREADY_EXISTS, 400",
    "CHANGEFEED_UPDATE_REFUSED, 400",
    "MYSQL_CONNECTION_ERROR, 400",
    "OWNER_NOT_FOUND, 500",
    "CLUSTER_IS_UNHEALTHY, 500",
    "STORE_FAILED, 500",
    "SERVER_IS_NOT_READY, 503",
  })
  void derivesTheStatusFromTheKind(StandardErrorCode code, int status) {
    assertThat(ErrorObjects.of(new CdcException(code, "x")).status()).isEqualTo(status);
  }
}
