namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// The place of one connection, from the moment that it is accepted: among those without a login until it has one, and among those of its address to its end.
/// What comes before MQTT, a TLS handshake or an upgrade to WebSocket, happens in this place, too.
/// </summary>
/// <param name="acceptedAt">Timestamp from which the time for a login counts.</param>
internal sealed class Admission(AddressShare address, long acceptedAt)
{
    public AddressShare Address { get; } = address;

    public long AcceptedAt { get; } = acceptedAt;

    /// <summary>Whether it counts among the connections without a login no more.</summary>
    public bool IsLoggedIn { get; set; }
}
