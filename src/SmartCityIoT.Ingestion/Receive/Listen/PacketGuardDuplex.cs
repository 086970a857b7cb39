using System.IO.Pipelines;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>A connection whose way in is guarded and whose way out is its own.</summary>
internal sealed class PacketGuardDuplex(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;
}
