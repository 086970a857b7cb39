using System.Net;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>A port whose connections do all that they do on the loop's thread, because they never wait there.</summary>
internal sealed class InlineEndPoint(IPAddress address, int port) : IPEndPoint(address, port);
