using System.IO.Pipelines;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>The bytes of one client, whichever way it came in.</summary>
internal interface IDeviceTransport : IDuplexPipe
{
    /// <summary>Closes both ways without waiting for anything.</summary>
    void Abort();
}
