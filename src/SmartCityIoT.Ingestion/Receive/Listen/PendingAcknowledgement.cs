using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>A message of a client that waits for its answer.</summary>
/// <param name="Position">Its record in the journal, or the newest record before it for a message that was refused: answers leave in order.</param>
/// <param name="Type">PUBACK or PUBREC.</param>
internal readonly record struct PendingAcknowledgement(long Position, ushort PacketId, PacketType Type, ReasonCode Reason);
