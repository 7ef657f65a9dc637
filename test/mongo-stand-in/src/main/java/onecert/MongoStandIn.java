package onecert;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.util.List;

/**
 * A server in memory that speaks MongoDB's wire protocol, for the contract suites where no MongoDB can be installed.
 * It has no sessions, transactions, change streams or replica set, and it forgets everything when it stops.
 */
public final class MongoStandIn extends MemoryBackend {
  /** The library announces wire version 8 (MongoDB 4.2) and the driver asks for at least 9 (MongoDB 4.4). */
  private static final MongoVersion ANNOUNCED =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
          return 9;
        }
      };

  private MongoStandIn() {
    version(ANNOUNCED);
  }

  @Override
  public Document handleCommand(Channel channel, String database, String command, Document query) {
    if (command.equalsIgnoreCase("hello")) {
      return super.handleCommand(channel, database, "isMaster", query);
    }
    if (command.equals("createIndexes")) {
      makeSparse(query);
    }
    return super.handleCommand(channel, database, command, query);
  }

  /**
   * A unique index on one field, partial where that field exists, is a sparse index. The library knows the second
   * form only and would otherwise let one document without the field block all others.
   */
  private static void makeSparse(Document query) {
    for (Object index : (List<?>) query.get("indexes")) {
      Document definition = (Document) index;
      if (definition.get("partialFilterExpression") instanceof Document filter
          && filter.keySet().equals(((Document) definition.get("key")).keySet())) {
        definition.put("sparse", true);
      }
    }
  }

  /** Usage: {@code mongo-stand-in.jar [port]}; without a port a free one is taken. Prints the address it listens on. */
  public static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
    MongoServer server = new MongoServer(new MongoStandIn());
    server.bind("127.0.0.1", port);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
  }
}
