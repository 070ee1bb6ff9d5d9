package dev.tollgate.benchmark.process;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What another JVM says of itself, asked over its local JMX agent. */
public final class JavaProcess implements AutoCloseable {

  private final JMXConnector connector;
  private final MBeanServerConnection beans;
  private final ObjectName threads;
  private final ObjectName memory;

  private JavaProcess(JMXConnector connector) throws IOException, JMException {
    this.connector = connector;
    this.beans = connector.getMBeanServerConnection();
    this.threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
    this.memory = new ObjectName(ManagementFactory.MEMORY_MXBEAN_NAME);
  }

  @SuppressWarnings("BanJNDI") // a socket of this user's own JVM on this machine
  public static JavaProcess of(ProcessHandle process) {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
      try {
        String address = machine.startLocalManagementAgent();
        return new JavaProcess(JMXConnectorFactory.connect(new JMXServiceURL(address)));
      } finally {
        machine.detach();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AttachNotSupportedException | JMException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Bytes that all threads have allocated since the start, also those that have ended. */
  public long allocatedBytes() {
    return number(threads, "TotalThreadAllocatedBytes");
  }

  private long number(ObjectName bean, String attribute) {
    try {
      return (Long) beans.getAttribute(bean, attribute);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Before memory is looked at: what is garbage is nobody's need. */
  public void collectGarbage() {
    try {
      var _ = beans.invoke(memory, "gc", new Object[0], new String[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A process that is gone has closed it already. */
  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException e) {
      // nothing is left to close
    }
  }
}
