using SmartCityIoT.LoadTest.Peers;

namespace SmartCityIoT.LoadTest.Receive;

/// <summary>One of those who are compared.</summary>
/// <param name="Receiver">Makes it anew for a run, with the handler that takes the payloads.</param>
/// <param name="Tls">How the peer that feeds it speaks TLS; null for plain TCP.</param>
internal sealed record ReceiveContender(string Name, Func<MessageHandler, IReceiver> Receiver, PeerTls? Tls = null);
