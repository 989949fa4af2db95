package io.millrace.transport.jdkhttp.v1;

import io.millrace.transport.jdkhttp.v1.Cluster.Asked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Cases of API v1, section 6, asked of the only capture, and of one that is not the owner. */
@ParameterizedClass
@EnumSource(Asked.class)
abstract class ApiV1Cases {
  /** The captures of the class that runs. */
  static Cluster cluster;

  @Parameter Asked asked;

  @BeforeParameterizedClassInvocation
  static void start(Asked asked) {
    cluster = new Cluster(asked);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void clear() {
    cluster.clear();
  }
}
